package calls

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// auditWithin is how long an audit line may take to get into its log group.
const auditWithin = 10 * time.Second

// AuditLog is the log group of an API's audit lines.
type AuditLog struct {
	cloud *localcloud.Cloud
	group string
	known map[string]bool // by decision id
}

// NewAuditLog returns the audit log in a log group.
func NewAuditLog(cloud *localcloud.Cloud, group string) *AuditLog {
	return &AuditLog{cloud, group, map[string]bool{}}
}

// Next returns the lines that were not returned before. It waits until there are
// as many as wanted; there may be more.
func (l *AuditLog) Next(ctx context.Context, wanted int) ([]audit.Line, error) {
	for deadline := time.Now().Add(auditWithin); ; {
		messages, err := l.cloud.LogEvents(ctx, l.group)
		if err != nil {
			return nil, err
		}
		lines, err := parseLines(messages)
		if err != nil {
			return nil, err
		}
		lines = slices.DeleteFunc(lines, func(line audit.Line) bool { return l.known[line.DecisionID] })
		if len(lines) >= wanted {
			for _, line := range lines {
				l.known[line.DecisionID] = true
			}
			return lines, nil
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("audit log %q has %d new lines after %v, want %d", l.group, len(lines), auditWithin, wanted)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// unauthorized is the line that aws-lambda-go writes when a REST API's
// authorizer refuses a token: the gateway answers 401 to the error of that text
// only.
var unauthorized = regexp.MustCompile(`^[0-9/]{10} [0-9:]{8} \{"errorMessage":"Unauthorized","errorType":"[A-Za-z]+"\}$`)

// parseLines picks the audit lines out of a function's log. A fault, and
// anything else that is not the runtime's own, is an error.
func parseLines(messages []string) ([]audit.Line, error) {
	var lines []audit.Line
	for _, message := range messages {
		first, _, _ := strings.Cut(message, " ")
		if slices.Contains([]string{"INIT_START", "START", "END", "REPORT"}, first) || unauthorized.MatchString(message) {
			continue
		}
		var line audit.Line
		if err := json.Unmarshal([]byte(message), &line); err != nil || line.Kind != "decision" {
			return nil, fmt.Errorf("audit log has something that is not an audit line: %q", message)
		}
		lines = append(lines, line)
	}
	return lines, nil
}
