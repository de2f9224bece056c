package rotator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// reserve is how long before the end of the function the work ends: to clean
// up after it, to write the line and to answer CloudFormation.
const reserve = 10 * time.Second

// rotator answers events. It is used by one goroutine.
type rotator struct {
	config Config
	// connect returns the provider: one for each event, it may keep a token.
	connect  func() (provider.Provider, error)
	provider provider.Provider
	// client is the one whose secret the event is about.
	client string
	store  store
	out    io.Writer
	now    func() time.Time
	// wait waits; it returns an error where the context ends before.
	wait func(context.Context, time.Duration) error
	// http sends the answers to CloudFormation.
	http *http.Client
	// unusable says why no event can be worked on, nil where it can.
	unusable error
}

// Invoke answers one event (lambda.Handler). Its error is one sentence without
// a secret, and so is the line.
func (r *rotator) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	e, err := parseEvent(payload)
	r.client = r.config.Clients[e.secret]
	outcome, detail := Failed, ""
	if err == nil || e.custom != nil {
		outcome, detail, err = r.work(ctx, e, err)
	}
	if err != nil {
		outcome, detail = Failed, err.Error()
	}
	line := Line{
		Provider: r.config.Provider, Secret: e.secret, ClientID: r.client,
		Step: e.step, Version: e.version, Outcome: outcome, Detail: detail,
	}
	if e.custom != nil {
		// CloudFormation has been told of the failure; an error of the function
		// would only have Lambda try again. Unless nobody could tell it.
		if unsent := r.answer(ctx, e, err); unsent != nil {
			err = both(err, unsent)
			line.Outcome, line.Detail = Failed, err.Error()
		} else {
			err = nil
		}
	}
	if failed := line.write(r.out, r.now()); failed != nil && err == nil {
		err = errors.New("the line cannot be written")
	}
	if err != nil {
		return nil, err
	}
	return []byte("null"), nil
}

// work does what an event asks for. A panic is an error that says where, and
// nothing of what was worked on.
func (r *rotator) work(ctx context.Context, e event, unread error) (outcome Outcome, detail string, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("the function panicked with a %T at %s", value, panicked())
		}
	}()
	switch {
	case e.custom != nil && e.custom.RequestType == "Delete":
		return Nothing, "the secret and the client go with the stack", nil
	case unread != nil:
		return Failed, "", unread
	case r.unusable != nil:
		return Failed, "", r.unusable
	case r.client == "":
		return Failed, "", errors.New("the function does not rotate this secret, call the one that the secret names as its rotation function, or deploy again")
	}
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-reserve))
		defer cancel()
	}
	if r.provider, err = r.connect(); err != nil {
		return Failed, "", err
	}
	switch e.step {
	case firstStep:
		return r.first(ctx, e)
	case sweepStep:
		return r.sweep(ctx, e.secret)
	default:
		return r.step(ctx, e)
	}
}

// panicked returns the function that panicked, of ours where there is one.
func panicked() string {
	for line := range strings.Lines(string(debug.Stack())) {
		if name, _, is := strings.Cut(strings.TrimSpace(line), "(0x"); is && strings.Contains(name, "scopeway/rotator") {
			return name
		}
	}
	return "an unknown place"
}

// sleep waits.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// both joins what two things ended with into one sentence.
func both(first, second error) error {
	if first == nil || second == nil {
		return cmp.Or(first, second)
	}
	return fmt.Errorf("%w; %w", first, second)
}
