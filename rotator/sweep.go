package rotator

import (
	"context"
	"fmt"
	"time"
)

// overdue is how much later than planned a rotation may be: Secrets Manager
// has a window of a day for it, and tries again.
const overdue = 48 * time.Hour

// sweep removes the client's secrets that were replaced longer than the overlap
// ago. It is an error where no rotation has succeeded for too long.
func (r *rotator) sweep(ctx context.Context, arn string) (Outcome, string, error) {
	s, err := r.store.describe(ctx, arn)
	if err != nil {
		return Failed, "", err
	}
	present, err := r.present(ctx, arn, s)
	if err != nil {
		return Failed, "", err
	}
	removed, err := r.clear(ctx, arn, s, present)
	err = both(err, r.late(s))
	switch {
	case err != nil:
		return Failed, "", err
	case removed == 0:
		return Nothing, "", nil
	}
	return Done, fmt.Sprintf("%d former removed", removed), nil
}

// clear removes what nobody uses any more, and returns how many.
func (r *rotator) clear(ctx context.Context, arn string, s state, present document) (removed int, err error) {
	old := r.now().Add(-r.config.Overlap)
	if s.changed.After(old) {
		return 0, nil // what was current may be in use still
	}
	made, there, err := r.store.value(ctx, arn, s.version(pending))
	if err != nil {
		return 0, err
	}
	listed, err := r.provider.List(ctx, r.client)
	if err != nil {
		return 0, err
	}
	spare, err := r.spare(listed, present, made)
	if err != nil || there && made.secret.ID == "" && !r.provider.Traits().Replaces {
		return 0, err // or one of them is the pending one, and nobody can tell which
	}
	for _, l := range spare {
		if l.Created.After(old) {
			continue
		}
		if err := r.provider.Remove(ctx, r.client, l.ID); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

// late says that the secret is older than it should be.
func (r *rotator) late(s state) error {
	last := s.rotated
	if last.IsZero() {
		last = s.created
	}
	due := last.Add(time.Duration(r.config.EveryDays) * 24 * time.Hour)
	if r.now().Before(due.Add(overdue)) {
		return nil
	}
	return fmt.Errorf("the secret is overdue, it was last rotated on %s and should have been by %s, look for failed steps in this log, then: aws secretsmanager rotate-secret",
		last.UTC().Format(time.DateOnly), due.UTC().Format(time.DateOnly))
}
