package gateway

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// addJudge lets the final templates be judged whenever the app is synthesised.
func addJudge(c *core) {
	awscdk.Validations_Of(c.construct).AddPlugins(&judgePlugin{c})
}

// judgePlugin fails a synth whose templates leave the API open. It sees what
// CloudFormation will see, after every override.
type judgePlugin struct{ api *core }

func (p *judgePlugin) Name() *string       { return jsii.String("scopeway") }
func (p *judgePlugin) Version() *string    { return jsii.String("1.0.0") }
func (p *judgePlugin) RuleIds() *[]*string { return jsii.Strings(judge.Rules()...) }

func (p *judgePlugin) Validate(context awscdk.IPolicyValidationContext) *awscdk.PolicyValidationPluginReport {
	violations := []*awscdk.PolicyViolation{}
	for _, v := range p.judge(context) {
		violations = append(violations, &awscdk.PolicyViolation{
			// An acknowledgement speaks of one resource, not of all.
			RuleName:    jsii.String(v.Rule + "." + v.LogicalID),
			Description: jsii.String(v.Description),
			Fix:         jsii.String(v.Fix),
			ViolatingResources: &[]*awscdk.PolicyViolatingResource{{
				ResourceLogicalId: jsii.String(v.LogicalID),
				TemplatePath:      jsii.String(v.Template),
				Locations:         jsii.Strings(v.Location),
			}},
		})
	}
	return &awscdk.PolicyValidationPluginReport{Success: jsii.Bool(len(violations) == 0), Violations: &violations}
}

func (p *judgePlugin) judge(context awscdk.IPolicyValidationContext) []judge.Violation {
	unreadable := func(path string, err error) []judge.Violation {
		return []judge.Violation{{Rule: judge.MissingResource, Description: fmt.Sprintf("the template cannot be read: %v", err), Fix: "synthesise again", Template: path, LogicalID: "-"}}
	}
	var paths []string
	for _, path := range *context.TemplatePaths() {
		paths = append(paths, *path)
	}
	paths = append(paths, nestedTemplates(paths, p.api.construct.Node().Root())...)
	home := p.api.home(paths)
	templates, err := judge.ReadAll(paths)
	if err != nil {
		return unreadable(home, err)
	}
	api, err := p.api.declared(home)
	if err != nil {
		return unreadable(home, err)
	}
	found := p.api.withoutOthers(judge.Judge(templates, api), api, paths)
	if !p.api.authorizer.code.Ready() {
		found = append(found, judge.Violation{Rule: judge.NotCompiled, Description: "the authorizer was not compiled", Fix: "mend the problems that are reported, do not skip validation, and leave the construct Code in its place", Template: home, LogicalID: api.LogicalID})
	}
	return found
}

// nestedTemplates returns the templates of nested stacks, which lie beside
// those of the stacks they are part of and are not listed.
func nestedTemplates(paths []string, root constructs.IConstruct) []string {
	var found []string
	for _, c := range *root.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		nested, ok := c.(awscdk.NestedStack)
		if !ok {
			continue
		}
		for _, path := range paths {
			file := filepath.Join(filepath.Dir(path), *nested.TemplateFile())
			if _, err := os.Stat(file); err == nil {
				found = append(found, file)
				break
			}
		}
	}
	return found
}

// declared is an API as it has to be in the template.
type declared struct {
	// id is the logical id of the API, kind is the judge's word for it.
	id, kind string
	// others, routes are resources; more are further members of judge.API.
	others, routes []any
	more           map[string]any
}

// want describes one resource for the judge.
func want(resource awscdk.CfnElement, kind, what string, properties map[string]any, absent ...string) map[string]any {
	return map[string]any{"LogicalID": resource.LogicalId(), "Type": kind, "What": what, "Properties": properties, "Absent": absent}
}

// declared returns the API as it was declared, with references resolved as
// they stand in the template.
func (c *core) declared(template string) (judge.API, error) {
	d := c.kind.declared()
	api := map[string]any{
		"Template":  template,
		"Kind":      d.kind,
		"LogicalID": d.id,
		"Others":    append(d.others, c.wantFunction()),
		"Routes":    d.routes,
	}
	maps.Copy(api, d.more)
	return resolve(awscdk.Stack_Of(c.construct), api)
}

// wantFunction describes the authorizer's function.
func (c *core) wantFunction() map[string]any {
	a, props := c.authorizer, c.props.authorizer()
	return want(a.function.Node().DefaultChild().(awslambda.CfnFunction), "AWS::Lambda::Function", "the authorizer's function", map[string]any{
		"Runtime": "provided.al2023", "Handler": "bootstrap",
		"Architectures":          []any{props.architecture().Name()},
		"Code":                   map[string]any{"S3Bucket": a.code.Place().S3BucketName(), "S3Key": a.code.Place().S3ObjectKey()},
		"LoggingConfig.LogGroup": a.log.LogGroupName(),
		"Environment.Variables." + identitiesVariable: c.identities(),
	}, "PackageType", "ImageConfig", "LoggingConfig.ApplicationLogLevel", "Environment.Variables.GODEBUG", "Environment.Variables.SSL_CERT_FILE", "Environment.Variables.SSL_CERT_DIR", "Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER")
}

// resolve gives an API's references the form they have in templates.
func resolve(stack awscdk.Stack, api map[string]any) (judge.API, error) {
	var resolved judge.API
	// One call for all: a call for each value would cost seconds.
	text, err := json.Marshal(stack.Resolve(api))
	if err == nil {
		err = json.Unmarshal(text, &resolved)
	}
	return resolved, err
}
