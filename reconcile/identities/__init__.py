"""The identities of a run's inputs, and finding them in anything that is to be handed on."""
