"""An open contact centre: hotline, router, agent desk and campaigns."""
