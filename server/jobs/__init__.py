"""Clocks: each module does one turn of work; `runner` keeps them turning."""
