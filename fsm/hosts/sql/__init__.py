from fsm.hosts.sql.sync import Host
from fsm.hosts.sql.asynchronous import AsyncHost
