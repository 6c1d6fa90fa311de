"""Where Android starts the guard, with a window or without one."""

from mobile.handset import guard

guard()
