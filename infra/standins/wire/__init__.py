"""The wire format of each provider, as its documentation and its schema say."""
