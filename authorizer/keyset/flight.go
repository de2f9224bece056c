package keyset

import (
	"context"
	"time"
)

// A flight is one fetch that any number of callers wait for.
type flight struct {
	started time.Time
	want    *want // what it was started for; nil if for no key
	cancel  context.CancelFunc
	done    chan struct{} // closed when the flight has landed
	// Readable once done is closed:
	err       error
	overtaken bool // it was given up, and another has taken its place
}

// want is the key that somebody looks for.
type want struct {
	id  string
	alg Algorithm
}

// board returns the flight under way, or starts one. The caller holds s.mu.
//
// A flight that should be over by the wall clock was frozen with the process:
// its connection is dead, so it is given up and a new one takes its place.
func (s *Set) board(now time.Time, w *want) *flight {
	if s.flight != nil {
		if now.Sub(s.flight.started) <= fetchTimeout {
			return s.flight
		}
		s.flight.cancel()
	}
	// Not the caller's context: others wait for the same fetch, and the next
	// call wants what it brings.
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	f := &flight{started: now, want: w, cancel: cancel, done: make(chan struct{})}
	s.flight = f
	go func() {
		defer cancel()
		d, err := s.fetch(ctx)
		s.land(f, d, err)
	}()
	return f
}

// land takes over what a flight has brought and lets those who wait go on.
func (s *Set) land(f *flight, d document, err error) {
	defer close(f.done)
	answered := err == nil
	if answered {
		err = d.useless()
	}
	if err != nil {
		f.err = s.unavailable(err.Error())
	}
	if !s.settle(f, d, answered) {
		return
	}
	if f.err != nil && s.failed != nil {
		s.failed(f.err)
	}
}

// settle says whether the flight still counted. An answer replaces the document
// even if nothing in it can be used; a fetch that failed leaves it.
func (s *Set) settle(f *flight, d document, answered bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flight != f {
		f.overtaken = true
		return false
	}
	s.flight = nil
	s.failure = f.err
	// A flight that a freeze drew out ended before it, not now: its cool-down
	// is not to begin with the thaw.
	ended := s.clock.read()
	if latest := f.started.Add(fetchTimeout); ended.After(latest) {
		ended = latest
	}
	if answered {
		s.document, s.fetched = d, f.started
	}
	if f.err != nil {
		s.quietUntil = ended.Add(errorCoolDown)
		return true
	}
	s.quietUntil = time.Time{}
	if f.want != nil {
		if _, found := d.find(f.want.id, f.want.alg); !found {
			s.missUntil = ended.Add(missCoolDown)
		}
	}
	return true
}
