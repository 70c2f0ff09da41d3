"""Growth: room for more with each customer, who may come back, how new customers do beside older ones."""
