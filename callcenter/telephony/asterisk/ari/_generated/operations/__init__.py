"""The operations of ARI, one module a resource."""
