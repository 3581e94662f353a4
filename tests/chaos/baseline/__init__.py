"""The same job on stock nameko: EventDispatcher and @event_handler, as its manual shows them."""
