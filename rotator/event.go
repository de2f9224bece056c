package rotator

import (
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-lambda-go/cfn"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// The steps of a line.
const (
	createStep = "createSecret"
	setStep    = "setSecret"
	testStep   = "testSecret"
	finishStep = "finishSecret"
	firstStep  = "first"
	sweepStep  = "sweep"
	noStep     = "event"
	startStep  = "start"
)

// An event is what the function was called for.
type event struct {
	step    string
	secret  string // ARN
	version string // the ClientRequestToken, of the four steps and of first
	token   string // the RotationToken: for Secrets Manager alone, never in a log

	// Of CloudFormation.
	custom *cfn.Event
	client string
}

// maxEvent is how much of an event is read.
const maxEvent = 256 << 10

// parseEvent reads an event. Where it is one of CloudFormation that cannot be
// used, the event is there along with the error: CloudFormation waits for an
// answer.
func parseEvent(payload []byte) (event, error) {
	object, err := strictjson.Parse(payload, strictjson.Limits{Bytes: maxEvent, Depth: 32})
	if err != nil {
		return event{step: noStep}, fmt.Errorf("the event cannot be read, %w", err)
	}
	r := &members{object: object}
	has := func(member string) bool { return object.Member(member).Kind() != strictjson.Missing }
	var e event
	switch step, sweep, custom := has("Step"), has("sweep"), has("RequestType"); {
	case step && !sweep && !custom:
		e = event{step: r.text("Step"), secret: r.text("SecretId"), version: r.text("ClientRequestToken"), token: r.optionalNull("RotationToken")}
		r.check("ClientRequestToken", e.version, isVersionID, "the id of a version")
		if !slices.Contains([]string{createStep, setStep, testStep, finishStep}, e.step) {
			r.fail("Step", "is none of the four that Secrets Manager has")
			e.step = noStep
		}
	case sweep && !step && !custom:
		e = event{step: sweepStep, secret: r.text("sweep")}
		if object.Len() > 1 {
			r.fail("the event", "has more members than sweep") // it is ours; AWS may add to its own
		}
	case custom && !step && !sweep:
		return parseCustom(object)
	default:
		return event{step: noStep}, errors.New("the event is none that the rotator takes: a step of Secrets Manager, a custom resource of CloudFormation or a sweep")
	}
	r.check("SecretId", e.secret, isSecretARN, "the ARN of a secret")
	if r.err != nil {
		// What is not as it must be is not for the log either.
		return event{step: e.step}, fmt.Errorf("the event's %w", r.err)
	}
	return e, nil
}

// parseCustom reads an event of CloudFormation. It may have members that are
// not known here.
func parseCustom(object strictjson.Value) (event, error) {
	r := &members{object: object}
	custom := &cfn.Event{
		RequestType: cfn.RequestType(r.text("RequestType")), RequestID: r.text("RequestId"), ResponseURL: r.text("ResponseURL"),
		LogicalResourceID: r.text("LogicalResourceId"), StackID: r.text("StackId"),
	}
	if custom.RequestType != cfn.RequestCreate {
		custom.PhysicalResourceID = r.text("PhysicalResourceId")
	}
	e := event{step: firstStep, custom: custom, version: custom.RequestID}
	if custom.RequestType == cfn.RequestDelete {
		return e, r.failed() // its properties are those of a resource that may never have worked
	}
	if custom.RequestType != cfn.RequestCreate && custom.RequestType != cfn.RequestUpdate {
		r.fail("RequestType", "is none that CloudFormation has")
	}
	p := &members{object: object.Member("ResourceProperties"), err: r.err}
	e.secret, e.client = p.text("SecretId"), p.text("ClientId")
	p.check("SecretId", e.secret, isSecretARN, "the ARN of a secret")
	p.check("RequestId", e.version, isVersionID, "a UUID")
	if p.err != nil {
		e.secret, e.client, e.version = "", "", ""
	}
	return e, p.failed()
}

// optionalNull returns a string that may be left out or be null.
func (r *members) optionalNull(member string) string {
	switch r.object.Member(member).Kind() {
	case strictjson.Missing, strictjson.Null:
		return ""
	}
	return r.text(member)
}

// failed says what was wrong with an event.
func (r *members) failed() error {
	if r.err == nil {
		return nil
	}
	return fmt.Errorf("the event's %w", r.err)
}
