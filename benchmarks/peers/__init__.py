"""The same jobs done by ours and by others: one long-lived process for each.

Every peer speaks `serving`'s few lines of JSON. `node_peer.js` speaks them too.
"""
