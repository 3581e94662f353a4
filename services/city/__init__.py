"""The platform's side of other city systems: what they may hear, from now on or from any day past.

Owns who subscribes to what, the feed of all public facts by position, and the calls to receivers.
Tells nothing. Three processes: this service shows feed, contracts and the operators' page
(`python -m kernel.serve city`), the bridge copies facts over (`services.city.bridge`), and the
caller brings them to webhooks (`services.city.webhooks`). Nobody of ours waits for any of them.
"""
