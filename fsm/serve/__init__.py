"""Conversations over HTTP, for stacks that are not Python: ``fsm serve``.

It stands on a host of ``fsm.hosts``, which keeps the conversations; this room speaks HTTP and nothing else. It needs
the extra ``serve``; ``fsm.serve.webhooks``, which receivers use as well, needs nothing but the base.
"""
