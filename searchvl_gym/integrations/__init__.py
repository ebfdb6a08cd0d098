"""Doors into other frameworks: OpenEnv, verifiers, MCP, inspect_ai. Each needs its package.

See `docs/integrations.md` for what each carries and what it drops.
"""
