package main

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// row is a line of a table: one authorizer, or the bare check.
type row struct {
	name  string
	cells []*measurement // one for each column
}

// bareInGo is the name of the standard library's row.
const (
	bareInGo   = "bare check, Go"
	bareInNode = "bare check, Node.js"
	oursAgain  = ours + ", a token that comes again"
	nodeName   = "aws-jwt-verify, Node.js"
)

// measureDecisions measures from the decoded event to the decision.
func (r *report) measureDecisions(ctx context.Context, s *scene, b *bundled, e effort) error {
	return r.perAlgorithm(ctx, s, b, e, &r.decisions, "decide", true, func(one *subject, tokens []string) (func(int) bool, error) {
		requests := make([]any, len(tokens))
		for i, raw := range eventsFor(tokens) {
			var err error
			if requests[i], err = one.read(raw); err != nil {
				return nil, err
			}
		}
		return func(i int) bool { return one.decide(ctx, requests[i%len(requests)]) }, nil
	})
}

// measureAnswers measures from the event's bytes to the answer's, and how much
// of that is the reading of the event.
func (r *report) measureAnswers(ctx context.Context, s *scene, b *bundled, e effort) error {
	err := r.perAlgorithm(ctx, s, b, e, &r.answers, "answer", false, func(one *subject, tokens []string) (func(int) bool, error) {
		all := eventsFor(tokens)
		return func(i int) bool {
			answer, err := one.handle(ctx, all[i%len(all)])
			return err == nil && bytes.HasPrefix(answer, []byte(`{"isAuthorized":true`)) // reading it is not its making
		}, nil
	})
	if err != nil {
		return err
	}
	subjects, err := newSubjects(ctx, s.settings)
	if err != nil {
		return err
	}
	raw := eventFor(s.tokens["RS256"][0])
	r.eventBytes = len(raw)
	for _, one := range subjects[:2] { // all rivals read it alike
		r.reading = append(r.reading, &measurement{name: one.name, take: inGo(func(int) bool {
			_, err := one.read(raw)
			return err == nil
		})})
	}
	return race(e, r.reading)
}

// perAlgorithm measures one operation of each authorizer for each algorithm, with
// tokens that no one remembers, and for ours also with one that comes again.
func (r *report) perAlgorithm(ctx context.Context, s *scene, b *bundled, e effort, into *[]*row, do string, bare bool,
	op func(*subject, []string) (func(int) bool, error)) error {
	var all []*measurement
	rows := map[string]*row{}
	add := func(name, algorithm string, take func(time.Duration) (sample, error)) {
		m := &measurement{name: name + ", " + algorithm, take: take}
		if rows[name] == nil {
			rows[name] = &row{name: name}
			*into = append(*into, rows[name])
		}
		rows[name].cells = append(rows[name].cells, m)
		all = append(all, m)
	}
	w, err := newWorker(ctx, b, s.settings)
	if err != nil {
		return err
	}
	defer w.close()
	for _, algorithm := range algorithms {
		tokens := s.tokens[algorithm][:e.tokens]
		if bare {
			check, err := bareCheck(ctx, s.settings, algorithm, tokens)
			if err != nil {
				return err
			}
			add(bareInGo, algorithm, inGo(check))
		}
		subjects, err := newSubjects(ctx, s.settings)
		if err != nil {
			return err
		}
		for _, one := range subjects {
			f, err := op(one, tokens)
			if err != nil {
				return fmt.Errorf("%s: %w", one.name, err)
			}
			add(one.name, algorithm, inGo(f))
			if one.name != ours {
				continue
			}
			again, err := newOurs(ctx, s.settings)
			if err != nil {
				return err
			}
			if f, err = op(again, tokens[:1]); err != nil {
				return err
			}
			add(oursAgain, algorithm, inGo(f))
		}
		if err := w.load(algorithm, eventsFor(tokens)); err != nil {
			return err
		}
		add(nodeName, algorithm, w.inNode(do, algorithm))
		if bare {
			add(bareInNode, algorithm, w.inNode("bare", algorithm))
		}
	}
	for _, m := range all { // the first round of each fetches keys and compiles
		if _, err := m.take(e.window); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return race(e, all)
}

// routeCounts are the sizes of tables that should make no difference.
var routeCounts = []int{10, 100, 10_000}

// measureRoutes measures the decision for a token that comes again, where the
// table's part is the largest.
func (r *report) measureRoutes(ctx context.Context, s *scene, _ *bundled, e effort) error {
	for _, n := range routeCounts {
		text, err := tableOf(n)
		if err != nil {
			return err
		}
		one, err := oursWith(s.settings, text)
		if err != nil {
			return err
		}
		request, err := one.read(eventFor(s.tokens["RS256"][0]))
		if err != nil {
			return err
		}
		r.routes = append(r.routes, &measurement{name: fmt.Sprint(n), take: inGo(func(int) bool { return one.decide(ctx, request) })})
	}
	return race(e, r.routes)
}
