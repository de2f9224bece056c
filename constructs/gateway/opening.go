package gateway

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// addJudge lets the final templates be judged whenever the app is synthesised.
func addJudge(h *httpApi) {
	awscdk.Validations_Of(h).AddPlugins(&judgePlugin{h})
}

// judgePlugin fails a synth whose templates leave the API open. It sees what
// CloudFormation will see, after every override.
type judgePlugin struct{ api *httpApi }

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
	var templates []judge.Template
	home := ""
	stack := awscdk.Stack_Of(p.api)
	for _, path := range append(paths, nestedTemplates(paths, p.api.Node().Root())...) {
		t, err := judge.Read(path)
		if err != nil {
			return unreadable(path, err)
		}
		templates = append(templates, t)
		if filepath.Base(path) == *stack.TemplateFile() {
			home = path
		}
	}
	api, err := p.api.declared(home)
	if err != nil {
		return unreadable(home, err)
	}
	found := judge.Judge(templates, api)
	if p.api.authorizer.code.asset == nil {
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

// declared returns the API as it was declared, with references resolved as
// they stand in the template.
func (h *httpApi) declared(template string) (judge.API, error) {
	a, throttle := h.authorizer, h.props.throttle()
	id := func(r awscdk.CfnElement) any { return r.LogicalId() }
	api := map[string]any{"ProtocolType": "HTTP"}
	if h.props.DisableDefaultEndpoint {
		api["DisableExecuteApiEndpoint"] = true
	}
	others := []any{
		map[string]any{
			"LogicalID": id(h.cfnApi()), "Type": "AWS::ApiGatewayV2::Api", "What": "the API",
			"Properties": api, "Absent": []string{"Body", "BodyS3Location", "Target", "RouteKey", "CredentialsArn"},
		},
		map[string]any{
			"LogicalID": id(h.stage()), "Type": "AWS::ApiGatewayV2::Stage", "What": "the stage",
			"Properties": map[string]any{
				"ApiId": h.api.ApiId(), "StageName": "$default", "AutoDeploy": true,
				"AccessLogSettings.DestinationArn":          h.accessLog.LogGroupArn(),
				"AccessLogSettings.Format":                  accessLogFormat,
				"DefaultRouteSettings.ThrottlingRateLimit":  throttle.Rate,
				"DefaultRouteSettings.ThrottlingBurstLimit": throttle.Burst,
			},
			"Absent": []string{"DeploymentId"},
		},
		map[string]any{
			"LogicalID": id(a.resource), "Type": "AWS::ApiGatewayV2::Authorizer", "What": "the authorizer",
			"Properties": map[string]any{
				"ApiId": h.api.ApiId(), "AuthorizerType": "REQUEST", "AuthorizerUri": a.uri, "AuthorizerPayloadFormatVersion": "2.0",
				"EnableSimpleResponses": true, "IdentitySource": identitySources, "AuthorizerResultTtlInSeconds": h.props.cacheSeconds(),
			},
			"Absent": []string{"JwtConfiguration"},
		},
		map[string]any{
			"LogicalID": id(a.function.Node().DefaultChild().(awslambda.CfnFunction)), "Type": "AWS::Lambda::Function", "What": "the authorizer's function",
			"Properties": map[string]any{
				"Runtime": "provided.al2023", "Handler": "bootstrap",
				"Architectures":          []any{h.props.architecture().Name()},
				"Code":                   map[string]any{"S3Bucket": a.code.place().S3BucketName(), "S3Key": a.code.place().S3ObjectKey()},
				"LoggingConfig.LogGroup": a.log.LogGroupName(),
				"Environment.Variables." + identitiesVariable: h.identities(),
			},
			"Absent": []string{"PackageType", "ImageConfig", "Environment.Variables.GODEBUG", "Environment.Variables.SSL_CERT_FILE", "Environment.Variables.SSL_CERT_DIR", "Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER"},
		},
	}
	for _, i := range h.made {
		others = append(others, map[string]any{
			"LogicalID": id(i.resource), "Type": "AWS::ApiGatewayV2::Integration", "What": "the integration with " + i.path,
			"Properties": map[string]any{"ApiId": h.api.ApiId(), "IntegrationType": "AWS_PROXY", "IntegrationUri": i.uri, "PayloadFormatVersion": "2.0"},
			"Absent":     []string{"RequestParameters", "CredentialsArn", "IntegrationSubtype", "IntegrationMethod", "ConnectionId"},
		})
	}
	routes := []any{}
	for _, r := range h.routes {
		properties := map[string]any{"ApiId": h.api.ApiId(), "RouteKey": r.key, "AuthorizationType": "CUSTOM", "AuthorizerId": a.resource.Ref(), "Target": r.target}
		absent := []string{"AuthorizationScopes"}
		if r.public {
			properties["AuthorizationType"], absent = "NONE", append(absent, "AuthorizerId")
			delete(properties, "AuthorizerId")
		}
		routes = append(routes, map[string]any{
			"LogicalID": id(r.resource), "Type": "AWS::ApiGatewayV2::Route", "What": fmt.Sprintf("route %q", r.key), "Properties": properties, "Absent": absent,
		})
	}
	declared := map[string]any{
		"Template":  template,
		"LogicalID": id(h.cfnApi()),
		"Others":    others,
		"Routes":    routes,
	}
	return resolve(awscdk.Stack_Of(h), declared)
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
