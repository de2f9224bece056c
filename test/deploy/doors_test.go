//go:build localcloud

package deploy

import (
	"maps"
	"net/http"
	"sync"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/calls"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// door is an API of one of the kinds.
type door struct {
	kind      string
	id, stage string
	log       *calls.AuditLog
}

func (d door) isREST() bool { return d.kind == "REST" }

// mixed are the APIs of the stack Mixed, adopted those of Estate to which the
// stack Adopted has added routes.
var (
	mixed   = sync.OnceValue(func() []door { return doors(names.Mixed, names.Mixed) })
	adopted = sync.OnceValue(func() []door { return doors(names.Estate, names.Adopted) })
)

func doors(ids, logs string) []door {
	return []door{
		{"HTTP", output(ids, deployment.APIID), "", calls.NewAuditLog(cloud, output(logs, deployment.AuditLog))},
		{"REST", output(ids, deployment.RestAPIID), deployment.RestStage, calls.NewAuditLog(cloud, output(logs, deployment.RestAuditLog))},
	}
}

// output is an output of a stack that must have it.
func output(stack, name string) string {
	value, err := stacks.Outputs.Output(stack, name)
	if err != nil {
		panic(err) // a name that the app does not know
	}
	return value
}

// send sends a request with the token, if there is one.
func (d door) send(t *testing.T, method, path, token string, header http.Header) localcloud.Answer {
	t.Helper()
	header = maps.Clone(header)
	if header == nil {
		header = http.Header{}
	}
	if token != "" {
		header["Authorization"] = []string{"Bearer " + token}
	}
	answer, err := cloud.Send(ctx, localcloud.Request{API: d.id, Stage: d.stage, Method: method, Path: path, Header: header})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// decided sends a request with a token that was not sent to the route before,
// and returns the audit line of the decision.
func (d door) decided(t *testing.T, method, path, token string) (localcloud.Answer, audit.Line) {
	t.Helper()
	answer := d.send(t, method, path, token, nil)
	lines, err := d.log.Next(ctx, 1)
	if err != nil {
		t.Fatalf("%s API: %s %s: %v", d.kind, method, path, err)
	}
	if len(lines) != 1 {
		t.Fatalf("%s API: %s %s has %d audit lines, want 1", d.kind, method, path, len(lines))
	}
	return answer, lines[0]
}

// skipLines leaves out the audit lines that earlier requests have left.
func (d door) skipLines(t *testing.T) {
	t.Helper()
	if _, err := d.log.Next(ctx, 0); err != nil {
		t.Fatal(err)
	}
}

// status is how an API of the kind answers for a reason.
func (d door) status(reason access.Reason) int {
	if status := reason.Status(); status != http.StatusUnauthorized || d.isREST() {
		return status
	}
	return http.StatusForbidden
}
