//go:build localcloud

package rotation

import (
	"sync"
	"time"
)

// cognito is what the tests tell the fake of Cognito's client secrets to do.
var cognito fakeOrders

type fakeOrders struct {
	mu     sync.Mutex
	behind time.Duration
	held   string
	waits  chan struct{}
	goOn   chan struct{}
}

// now is the fake's clock.
func (o *fakeOrders) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Now().Add(-o.behind)
}

// slow has the fake's clock be slow.
func (o *fakeOrders) slow(by time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.behind = by
}

// hold has the next call of an operation wait until goOn is closed, and then do
// what it does, whether there is still somebody to answer or not. It says when it
// waits.
func (o *fakeOrders) hold(operation string) (waits <-chan struct{}, goOn func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held, o.waits, o.goOn = operation, make(chan struct{}), make(chan struct{})
	return o.waits, sync.OnceFunc(func() { close(o.goOn) })
}

// refuse is asked before each call (fake.Refuse).
func (o *fakeOrders) refuse(operation string) (code, message string) {
	o.mu.Lock()
	held, waits, goOn := o.held == operation && o.held != "", o.waits, o.goOn
	if held {
		o.held = ""
	}
	o.mu.Unlock()
	if held {
		close(waits)
		<-goOn
	}
	return "", ""
}
