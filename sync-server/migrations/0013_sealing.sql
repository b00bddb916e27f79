-- Which master key seals: how often it was changed, and what secrets are derived from since
-- (the first master key, sealed by the present one; absent while that is the present one).

CREATE TABLE sealing (
    one {int} PRIMARY KEY CHECK (one = 1),
    changes {int} NOT NULL CHECK (changes >= 0),
    derivation {bytes}
) {strict};
