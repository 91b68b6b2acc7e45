"""The lifecycles as `transitions` machines, for those who live in that ecosystem.

``Talk`` is a whole conversation, ``AsyncTalk`` the same under asyncio, where every callback may be a coroutine; the
four lifecycles are four machines that signal each other, shared by any number of talks. ``machine`` makes one of a
single lifecycle, of whichever class of that package.

    from fsm.hosts.transitions import Talk

    class Desk(Talk):
        def on_ring_audio(self, to):                        # an effect, by its name
            print("ringing", to)

        def on_enter_call_connected(self, event):           # a state, as usual; so does on_exit_call_connected
            print("connected by", event.event.name)

    desk = Desk(pairing)
    desk.trigger("call_audio", by="originator")             # True; False where the event is refused
    desk.why_not("share_desktop", by="originator").rule     # 'DEC-14'

States are named by state and the parties it remembers, the owner first: ringing_originator, interop_recipient,
offered_originator_recipient. A subclass may be of a specification of one's own:
``composition = HOUSE`` in it says so. Callbacks for transitions are attached to the machines, as usual:
``mine = machines(); mine["call"].before_hang_up(log); Talk(pairing, mine)``.

``TalkHost`` and ``AsyncTalkHost`` are hosts (``fsm.hosts.host``) whose conversations are talks of a class:
``host = TalkHost(Desk)``.
"""

from fsm.hosts.transitions.host import AsyncTalkHost, TalkHost
from fsm.hosts.transitions.lifecycle import Model, machine, machines
from fsm.hosts.transitions.talk import AsyncTalk, Talk

__all__ = ["AsyncTalk", "AsyncTalkHost", "Model", "Talk", "TalkHost", "machine", "machines"]
