package rotator

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// spare returns those of the client's secrets that are neither of the
// documents in use, eldest first. It is an error where it cannot be told: a
// secret that may be in use is never removed.
func (r *rotator) spare(listed []provider.Listed, present document, others ...document) ([]provider.Listed, error) {
	is := func(d document) func(provider.Listed) bool {
		return func(l provider.Listed) bool { return l.ID == d.secret.ID }
	}
	spare := slices.Clone(listed)
	for _, d := range append(others, present) {
		spare = slices.DeleteFunc(spare, is(d))
	}
	switch {
	case len(spare) == 0, slices.ContainsFunc(listed, is(present)):
		return spare, nil
	case r.provider.Traits().Replaces:
		return spare, nil // these are former ones: the present one is not listed
	case present.secret.ID == "" && len(spare) == 1:
		return nil, nil // it has one, and that is it
	case present.secret.ID == "":
		return nil, fmt.Errorf("the client has %d secrets at the provider and AWSCURRENT does not say which is its own, remove the others there or add client_secret_id to it", len(listed))
	}
	return nil, errors.New("the secret of AWSCURRENT is not among the client's secrets at the provider, so none of them is removed, correct client_secret_id or remove those that nobody uses")
}

// makeRoom removes secrets until the client may have one more: first those
// that nobody knows, left by a run that was interrupted, then the former one,
// also within its overlap. So rotating twice revokes a secret that leaked.
//
// What was read may be old by then: a step that is called again while it runs
// could have made the secret current that is spare here.
func (r *rotator) makeRoom(ctx context.Context, e event, s state, present document) (removed int, err error) {
	most := r.provider.Traits().Most
	if most == 0 {
		return 0, nil
	}
	listed, err := r.provider.List(ctx, r.client)
	if err != nil || len(listed) < most {
		return 0, err
	}
	spare, err := r.spare(listed, present)
	if err != nil {
		return 0, err
	}
	former, _, err := r.store.value(ctx, e.secret, s.version(previous))
	if err != nil {
		former = document{} // edited by hand: nobody can tell
	}
	slices.SortStableFunc(spare, func(a, b provider.Listed) int {
		return boolToInt(a.ID == former.secret.ID) - boolToInt(b.ID == former.secret.ID)
	})
	for _, l := range spare {
		if len(listed)-removed < most {
			break
		}
		if err := r.undisturbed(ctx, e, s); err != nil {
			return removed, err
		}
		if err := r.provider.Remove(ctx, r.client, l.ID); err != nil {
			return removed, err
		}
		removed++
	}
	if len(listed)-removed >= most {
		return removed, fmt.Errorf("the client has %d secrets at the provider, which is as many as it may have, and none of them can be removed", len(listed)-removed)
	}
	return removed, nil
}

// undisturbed says that another run has done what this one is about to do.
func (r *rotator) undisturbed(ctx context.Context, e event, s state) error {
	now, err := r.store.describe(ctx, e.secret)
	if err != nil {
		return err
	}
	_, filled, err := r.store.value(ctx, e.secret, e.version)
	if err != nil {
		return err
	}
	if filled || now.version(current) != s.version(current) || !now.has(e.version, pending) {
		return errors.New("another run was faster, this one stops")
	}
	return nil
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
