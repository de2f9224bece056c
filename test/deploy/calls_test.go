//go:build localcloud

package deploy

import (
	"testing"

	"github.com/scopeway/scopeway/access"
)

func TestEveryRequestIsAnsweredAsItMust(t *testing.T) {
	for i, result := range results() {
		t.Run(cases[i].Name, func(t *testing.T) {
			if result.Err != nil {
				t.Error(result.Err)
			}
		})
	}
}

func TestEveryEvaluationHasOneAuditLine(t *testing.T) {
	results()
	unread, err := world.Unread(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range unread {
		t.Errorf("audit line of no request: %s on %s, decision %s", line.Reason, line.Route, line.DecisionID)
	}
}

func TestEveryDenialHasADecisionOfItsOwn(t *testing.T) {
	results()
	seen := map[string]access.Reason{}
	for _, line := range world.Denials() {
		if other, twice := seen[line.DecisionID]; twice {
			t.Errorf("decision %s stands for %s and for %s", line.DecisionID, other, line.Reason)
		}
		seen[line.DecisionID] = line.Reason
	}
	if len(seen) == 0 {
		t.Error("no request was refused")
	}
}
