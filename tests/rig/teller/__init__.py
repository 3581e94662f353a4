"""A small service that saves what it is asked to and tells it; owns visits, tells VisitRecorded."""
