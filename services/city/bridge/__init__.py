"""The bridge: copies public facts to the city's virtual host and gives them their positions."""
