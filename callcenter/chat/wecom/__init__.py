"""WeCom customer service (微信客服) as a text channel: signed callbacks, messages by cursor, replies within rules."""
