"""What a person does with the rules of one server: write, check, save, keep earlier versions, watch, try out.

Nothing here draws, and nothing here knows which servers there are.
"""
