"""Pages for the configuration: forms made from the configuration's own types, differences in words."""
