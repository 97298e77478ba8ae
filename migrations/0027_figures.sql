-- The fleet's figures look at what happened lately to all cells together.
CREATE INDEX cell_transitions_at ON cell_transitions (at);
