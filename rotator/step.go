package rotator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/awserror"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

const (
	// patience is how long a new secret is tried: a provider may need a while
	// until all its machines know it.
	patience = time.Minute
	// firstPause is what lies between the first two tries; each one after is
	// twice as long, up to longestPause.
	firstPause, longestPause = time.Second, 15 * time.Second
	// keepTries is how often a new secret is stored before it is given up.
	keepTries = 3
)

// step does one of the four steps. Each may be interrupted anywhere and run
// again (Lambda rotation functions, AWS Secrets Manager User Guide).
func (r *rotator) step(ctx context.Context, e event) (Outcome, string, error) {
	s, err := r.store.describe(ctx, e.secret)
	if err != nil {
		return Failed, "", err
	}
	switch stages, known := s.stages[e.version]; {
	case !s.enabled:
		return Failed, "", errors.New("rotation is not enabled for the secret, deploy its rotation schedule again")
	case !known:
		return Failed, "", fmt.Errorf("version %s is not one of the secret, start the rotation again: aws secretsmanager rotate-secret", e.version)
	case s.has(e.version, current) && e.step == testStep && r.provider.Traits().Replaces:
		return r.testReplaced(ctx, e)
	case s.has(e.version, current):
		return Nothing, "the version is current already", nil
	case !s.has(e.version, pending):
		return Failed, "", fmt.Errorf("version %s is not staged AWSPENDING, it has %q, start the rotation again: aws secretsmanager rotate-secret", e.version, stages)
	}
	switch e.step {
	case createStep:
		return r.create(ctx, e, s)
	case setStep:
		return Nothing, "the provider has known the secret since it was made", nil
	case testStep:
		return r.test(ctx, e, s)
	default:
		return r.finish(ctx, e, s)
	}
}

// create makes a secret at the provider and stores it at once.
func (r *rotator) create(ctx context.Context, e event, s state) (Outcome, string, error) {
	made, there, err := r.store.value(ctx, e.secret, e.version)
	switch {
	case err != nil:
		return Failed, "", err
	case there && made.client != r.client:
		err := fmt.Errorf("the version was begun for client %q, the function rotates %q, start the rotation again: aws secretsmanager rotate-secret", made.client, r.client)
		return Failed, "", both(err, r.store.move(ctx, e.secret, pending, e.version, ""))
	case there:
		return Nothing, "the version has its secret already", nil
	}
	present, err := r.present(ctx, e.secret, s)
	if err != nil {
		return Failed, "", err
	}
	stage, room := current, 0
	if !r.provider.Traits().Replaces {
		stage = pending
		if room, err = r.makeRoom(ctx, e, s, present); err != nil {
			return Failed, "", err
		}
	}
	secret, detail, err := r.newSecret(ctx, e, s, present)
	if err != nil {
		return Failed, "", err
	}
	// From here on there is a secret that nobody but this invocation knows.
	text, err := present.with(r.client, secret)
	if err != nil {
		return Failed, "", err
	}
	err = r.keep(ctx, e, text, stage)
	if awserror.Code(err) == "ResourceExistsException" && secret.ID != "" && !r.provider.Traits().Replaces {
		ctx, cancel := late(ctx)
		defer cancel()
		return Failed, "", both(err, r.provider.Remove(ctx, r.client, secret.ID))
	}
	if err != nil {
		return Failed, "", err
	}
	if room > 0 {
		detail += fmt.Sprintf(", %d former was removed to make room", room)
	}
	return Done, detail, nil
}

// late returns a context with the time that is reserved for what has to be done
// whatever time is left.
func late(ctx context.Context) (context.Context, context.CancelFunc) {
	end := time.Now().Add(reserve * 3 / 4)
	if usual, set := ctx.Deadline(); set && usual.After(end) {
		end = usual
	}
	return context.WithDeadline(context.WithoutCancel(ctx), end)
}

// newSecret makes a secret. Where the provider replaces the one before, a run
// that was interrupted may have done so already: then AWSCURRENT is a former one,
// and to replace it again would only end what somebody may have read there.
func (r *rotator) newSecret(ctx context.Context, e event, s state, present document) (secret provider.Secret, detail string, err error) {
	if !r.provider.Traits().Replaces {
		secret, err = r.provider.Create(ctx, r.client)
		return secret, "a new secret is stored", err
	}
	secret, err = r.provider.Reveal(ctx, r.client)
	if err == nil && secret.Value != "" && secret.Value != present.secret.Value {
		return secret, "the secret that the provider has is stored and current, it was made before", nil
	}
	if err = r.undisturbed(ctx, e, s); err != nil {
		return provider.Secret{}, "", err
	}
	if secret, err = r.provider.Create(ctx, r.client); err != nil {
		return secret, "", err
	}
	detail = "a new secret is stored and current, the provider has replaced the former one"
	if p, ok := r.provider.(interface {
		Overlap(ctx context.Context, client string) (bool, error)
	}); ok {
		// Only for the line: nothing depends on it.
		if overlaps, unknown := p.Overlap(ctx, r.client); unknown == nil && overlaps {
			detail += ", which works on for a while"
		} else if unknown == nil {
			detail += ", which stopped to work at once"
		}
	}
	return secret, detail, nil
}

// keep stores a new secret, and does not give up easily: nobody else knows it.
// Where the provider has replaced the former one, AWSCURRENT moves in the same
// call.
func (r *rotator) keep(ctx context.Context, e event, text, stage string) (err error) {
	ctx, cancel := late(ctx)
	defer cancel()
	for try := range keepTries {
		if try > 0 && r.wait(ctx, firstPause<<try) != nil {
			break
		}
		err = r.store.put(ctx, e.secret, e.version, e.token, text, stage)
		if err == nil || awserror.Code(err) == "ResourceExistsException" {
			break
		}
	}
	return err
}

// test tries the new secret. Where it does not work, everything is as it was
// before the rotation, and an error.
func (r *rotator) test(ctx context.Context, e event, s state) (Outcome, string, error) {
	made, there, err := r.store.value(ctx, e.secret, e.version)
	if err != nil {
		return Failed, "", err
	}
	if !there {
		// So Secrets Manager tests a rotation's configuration (RotateSecret,
		// RotateImmediately).
		present, err := r.present(ctx, e.secret, s)
		if err == nil {
			err = r.try(ctx, present)
		}
		if err != nil {
			return Failed, "", fmt.Errorf("the configuration was tested, the current secret does not pass: %w", err)
		}
		return Done, "the configuration was tested, the current secret works", nil
	}
	failed := r.usable(made)
	if failed == nil {
		failed = r.try(ctx, made)
	}
	if failed == nil {
		return Done, "the new secret works", nil
	}
	ctx, cancel := late(ctx)
	defer cancel()
	failed = fmt.Errorf("the new secret did not pass, the former one stays current: %w", failed)
	return Failed, "", both(failed, r.abandon(ctx, e, s, made))
}

// abandon takes a new secret away, at the provider first: a label that stays
// is a state to go on from, a secret that nobody knows is not.
func (r *rotator) abandon(ctx context.Context, e event, s state, made document) error {
	var removed error
	present, there, err := r.store.value(ctx, e.secret, s.version(current))
	// Who edits by hand may give both versions one secret.
	mine := err == nil && there && present.secret.ID != made.secret.ID && present.secret.Value != made.secret.Value
	if mine && made.secret.ID != "" {
		if removed = r.provider.Remove(ctx, r.client, made.secret.ID); removed != nil {
			removed = fmt.Errorf("the new secret is still at the provider, a sweep will remove it: %w", removed)
		}
	}
	return both(removed, r.store.move(ctx, e.secret, pending, e.version, ""))
}

// testReplaced tries a secret that is current already, because the provider
// has replaced the former one. There is no way back from there.
func (r *rotator) testReplaced(ctx context.Context, e event) (Outcome, string, error) {
	made, there, err := r.store.value(ctx, e.secret, e.version)
	if err == nil && !there {
		err = errors.New("the current version has no value, start the rotation again: aws secretsmanager rotate-secret")
	}
	if err == nil {
		err = r.usable(made)
	}
	if err == nil {
		err = r.try(ctx, made)
	}
	if err != nil {
		return Failed, "", fmt.Errorf("the new secret, which is current already, did not pass: %w", err)
	}
	return Done, "the new secret works", nil
}

// finish makes the new version current.
func (r *rotator) finish(ctx context.Context, e event, s state) (Outcome, string, error) {
	made, there, err := r.store.value(ctx, e.secret, e.version)
	if err == nil && !there {
		err = errors.New("the version has no secret, it cannot become current, start the rotation again: aws secretsmanager rotate-secret")
	}
	if err == nil {
		err = r.usable(made)
	}
	if err == nil {
		err = r.store.move(ctx, e.secret, current, s.version(current), e.version)
	}
	if err != nil {
		return Failed, "", err
	}
	return Done, "the new secret is current, the former one works until it is swept", nil
}

// present returns what AWSCURRENT holds, which must be a secret of the client.
func (r *rotator) present(ctx context.Context, arn string, s state) (document, error) {
	d, there, err := r.store.value(ctx, arn, s.version(current))
	if err == nil && !there {
		err = errors.New("AWSCURRENT has no value, deploy again to have the first secret written")
	}
	if err == nil {
		err = r.usable(d)
	}
	return d, err
}

// usable says what keeps a document from being this client's secret.
func (r *rotator) usable(d document) error {
	switch {
	case d.client != r.client:
		return fmt.Errorf("client_id in the secret is %q, the function rotates %q, deploy again to have the first secret written", d.client, r.client)
	case d.secret.Value == "":
		return errors.New("client_secret is missing in the secret, deploy again to have the first one written")
	}
	return nil
}

// try asks the token endpoint until the secret works or time is over.
func (r *rotator) try(ctx context.Context, d document) error {
	end := r.now().Add(patience)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := r.provider.Try(ctx, r.client, d.secret.Value)
		if err == nil || r.now().Add(pause).After(end) || r.wait(ctx, pause) != nil {
			return err
		}
	}
}
