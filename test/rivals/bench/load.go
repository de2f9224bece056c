package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// loaded is what the hostile load came to for one authorizer.
type loaded struct {
	name    string
	cost    map[string][]time.Duration // by kind of token: the mean of each pass
	garbage []time.Duration            // of all garbage: the mean of each pass
	fetches []int
}

// allows tells by an answer whether the request may pass.
func allows(answer []byte, err error) bool {
	var a struct {
		IsAuthorized bool `json:"isAuthorized"`
	}
	return err == nil && json.Unmarshal(bytes.TrimSpace(answer), &a) == nil && a.IsAuthorized
}

// measureGarbage lets the load go through each authorizer, anew in each pass:
// from the event's bytes to the answer's.
func (r *report) measureGarbage(ctx context.Context, s *scene, b *bundled, e effort) error {
	f, err := newForger(s)
	if err != nil {
		return err
	}
	all := f.load(e.load)
	raw := make([][]byte, len(all))
	for i, one := range all {
		raw[i] = eventFor(one.token)
		if one.kind == "an invented key id" {
			r.inventedKeys++
		}
	}
	// Not one of the load: with it the keys are there and the code is warm.
	warm := eventFor(s.sign("RS256", nil, nil))
	for range e.passes {
		for i, make := range makers {
			if i == len(r.loads) {
				r.loads = append(r.loads, &loaded{cost: map[string][]time.Duration{}})
			}
			before := s.issuer.KeySetFetches()
			one, err := make(ctx, s.settings)
			if err != nil {
				return err
			}
			r.loads[i].name = one.name
			o := outcome{}
			for range 500 {
				if !allows(one.handle(ctx, warm)) {
					return fmt.Errorf("%s: a good token was refused", one.name)
				}
			}
			for _, event := range raw {
				begin := time.Now()
				answer, err := one.handle(ctx, event)
				o.Times = append(o.Times, time.Since(begin))
				o.Allowed = append(o.Allowed, allows(answer, err))
			}
			if err := r.loads[i].add(all, o, s.issuer.KeySetFetches()-before); err != nil {
				return err
			}
		}
		before := s.issuer.KeySetFetches()
		o, err := nodeLoad(ctx, s, b, warm, raw)
		if err != nil {
			return err
		}
		if len(r.loads) == len(makers) {
			r.loads = append(r.loads, &loaded{name: nodeName, cost: map[string][]time.Duration{}})
		}
		if err := r.loads[len(makers)].add(all, o, s.issuer.KeySetFetches()-before); err != nil {
			return err
		}
	}
	return nil
}

func nodeLoad(ctx context.Context, s *scene, b *bundled, warm []byte, raw [][]byte) (outcome, error) {
	w, err := newWorker(ctx, b, s.settings)
	if err != nil {
		return outcome{}, err
	}
	defer w.close()
	if err := w.load("warm", [][]byte{warm}); err != nil {
		return outcome{}, err
	}
	if _, err := w.call(command{Do: "answer", Set: "warm", Millis: 300}); err != nil {
		return outcome{}, err
	}
	if err := w.load("all", raw); err != nil {
		return outcome{}, err
	}
	return w.call(command{Do: "each", Set: "all"})
}

// add takes one pass to the account. It refuses one in which an authorizer took
// garbage for a token, or a token for garbage: its times would not compare.
func (l *loaded) add(all []hostile, o outcome, fetches int) error {
	if len(o.Times) != len(all) || len(o.Allowed) != len(all) {
		return fmt.Errorf("%s: got %d answers to %d events", l.name, len(o.Times), len(all))
	}
	sums, counts := map[string]time.Duration{}, map[string]int{}
	var garbage time.Duration
	for i, one := range all {
		if o.Allowed[i] != (one.kind == good) {
			return fmt.Errorf("%s: %q was answered with %v", l.name, one.kind, o.Allowed[i])
		}
		sums[one.kind] += o.Times[i]
		counts[one.kind]++
		if one.kind != good {
			garbage += o.Times[i]
		}
	}
	for name, sum := range sums {
		l.cost[name] = append(l.cost[name], sum/time.Duration(counts[name]))
	}
	l.garbage = append(l.garbage, garbage/time.Duration(len(all)-counts[good]))
	l.fetches = append(l.fetches, fetches)
	return nil
}
