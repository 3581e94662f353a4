"""Rules of sign-up and attendance: pure, time and ids are passed in."""
