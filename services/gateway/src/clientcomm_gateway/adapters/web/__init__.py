"""Web pages: routes that build views, and the templates that show them."""
