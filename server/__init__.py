"""The server: stores alerts, relays them as texts, and keeps the regional offices' board."""
