package authorizer

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
)

// reportPanic writes where the program broke. The value of a panic may hold
// what was being read, so only the runtime's own errors are quoted; of others
// the type is.
func (a *Authorizer) reportPanic(value any, decisionID string) {
	cause := fmt.Sprintf("panic of type %T", value)
	if err, ok := value.(runtime.Error); ok && strings.HasPrefix(fmt.Sprintf("%T", value), "runtime.") {
		cause = "panic: " + err.Error()
	}
	a.report(audit.Fault{DecisionID: decisionID, Cause: cause, Stack: stack()})
}

// reportBroken writes of a panic behind the evaluation, as when the audit line was
// being written: a fault line, and an audit line with nothing of the request in
// it. Left to the runtime's library, the value of the panic would go to whoever
// invoked the function, and to X-Ray. There is nobody to tell of a second panic.
func (a *Authorizer) reportBroken(value any, decisionID string) {
	defer func() { _ = recover() }()
	a.reportPanic(value, decisionID)
	line := audit.Line{Time: a.now(), DecisionID: decisionID, Reason: access.Internal}
	_ = a.write(func(out io.Writer) error { return audit.Write(out, line) })
}

// report writes a fault line. There is nobody left to tell when that fails.
func (a *Authorizer) report(fault audit.Fault) {
	fault.Time = a.now()
	_ = a.write(func(out io.Writer) error { return audit.WriteFault(out, fault) })
}

// stack returns where the running panic started, its functions and lines
// without their arguments.
func stack() []string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	var lines []string
	for {
		frame, more := frames.Next()
		if frame.Function == "runtime.gopanic" {
			lines = nil // what comes before is the handling of the panic
		} else {
			lines = append(lines, fmt.Sprintf("%s %s:%d", frame.Function, frame.File, frame.Line))
		}
		if !more {
			return lines
		}
	}
}
