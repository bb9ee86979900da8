"""Notifications: what happened is told by mail, once for each cause, whatever breaks."""
