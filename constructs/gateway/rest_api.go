package gateway

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/short"
)

// RestApi is an API Gateway REST API whose every route has a rule. It is used
// as an [HttpApi] is; what it can and cannot do beside that is API Gateway's.
// It is regional.
type RestApi interface {
	Api
	// Url is the API's address with the stage's name, without a slash at the
	// end: or that of the custom domain, if the props name one.
	Url() *string
	// Api is the underlying API, for usage plans, web ACLs, metrics and what
	// Scopeway has no prop for. A method added through it fails the synth.
	Api() awsapigateway.RestApi
	// AccessLog holds one line for each request, joined with AuditLog by
	// decision_id.
	AccessLog() awslogs.LogGroup
}

// restApi is a REST API, or methods on one that was made elsewhere.
type restApi struct {
	constructs.Construct
	shape *core

	api                      awsapigateway.IRestApi
	owned                    awsapigateway.RestApi    // nil: the API was made elsewhere
	deployment               awsapigateway.Deployment // of every method
	element                  awsapigateway.CfnAuthorizer
	uri                      *string // of the authorizer
	url                      *string // of the custom domain
	knownID, knownAuthorizer *string

	paths      constructs.Construct    // scope of the resources that are made here
	below      awsapigateway.IResource // what routes hang on: the root, unless the API was made elsewhere
	belowPath  string
	origin     awsapigateway.IResource            // what that is in the app of an API that was made elsewhere, may be nil
	neighbour  bool                               // the API was made elsewhere in the same stack
	joined     bool                               // and the deployment is its own
	stage      string                             // of an API that was made elsewhere
	resources  map[string]awsapigateway.IResource // by path
	order      []string                           // paths whose resources are made here
	targets    map[string]restTarget              // by backend's address
	preflights map[string]bool                    // paths whose preflight requests are answered
	preflight  *madePreflight
	made       []restMethod
	responses  []*gatewayResponse
}

// restMethod is a method that was made for a route, or for preflights.
type restMethod struct {
	key    string
	public bool
	path   string
	method string
	target restTarget
	// preflight is whether it answers preflight requests.
	preflight bool
	resource  awsapigateway.CfnMethod
}

// restID is the id of constructs that an [HttpApi] has too, of other types: where
// one kind of API takes the other's place in a stack that is deployed,
// CloudFormation refuses to turn a resource of one type into another's.
const restID = "Rest"

// defaultRestStage is the name of a REST API's stage unless the props name it.
const defaultRestStage = "prod"

// NewRestApi makes a REST API, its authorizer and its logs.
func NewRestApi(scope constructs.Construct, id string, props *RestApiProps) RestApi {
	a := newRestApi(props, app.Here())
	c := a.shape
	constructs.NewConstruct_Override(a, scope, jsii.String(id))
	c.construct = a
	c.accessLog = newLog(a, "AccessLog", c.props)
	throttle := c.props.throttle()
	a.owned = awsapigateway.NewRestApi(a, jsii.String(restID), &awsapigateway.RestApiProps{
		RestApiName:               jsii.String(short.Text(id, 255)),
		Description:               c.props.description(),
		EndpointTypes:             &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
		DisableExecuteApiEndpoint: jsii.Bool(c.props.closesEndpoint()),
		CloudWatchRole:            jsii.Bool(false),
		DeployOptions: &awsapigateway.StageOptions{
			StageName:            jsii.String(c.props.stageName(defaultRestStage)),
			AccessLogDestination: awsapigateway.NewLogGroupLogDestination(c.accessLog),
			AccessLogFormat:      awsapigateway.AccessLogFormat_Custom(jsii.String(restAccessLog)),
			ThrottlingRateLimit:  jsii.Number(throttle.Rate),
			ThrottlingBurstLimit: jsii.Number(throttle.Burst),
			TracingEnabled:       jsii.Bool(c.props.Tracing),
		},
		// A method that is added without Scopeway fails the synth. Should that
		// be overruled, the method still gets the authorizer, which denies it.
		DefaultMethodOptions: &awsapigateway.MethodOptions{
			AuthorizationType: awsapigateway.AuthorizationType_CUSTOM,
			Authorizer:        &ownAuthorizer{a},
		},
	})
	a.api, a.deployment = a.owned, a.owned.LatestDeployment()
	a.below = a.owned.Root()
	a.origin = a.below
	a.resources["/"] = a.below
	if !c.props.NoCloudWatchRole {
		a.cfnStage().AddResourceDependency(cloudWatchAccount(a), nil)
	}
	leaveWithCode(a.cfnStage())
	a.addRest()
	a.addResponses()
	a.explainApi()
	a.addDomain()
	c.register()
	return a
}

func newRestApi(props *Props, at access.Site) *restApi {
	a := &restApi{resources: map[string]awsapigateway.IResource{}, targets: map[string]restTarget{}, preflights: map[string]bool{}}
	a.shape = newCore(a, props, at)
	return a
}

// addRest makes what every REST API has beside the API itself, whoever made
// that.
func (a *restApi) addRest() {
	a.shape.authorizer = newAuthorizer(a.shape)
	a.paths = constructs.NewConstruct(a, jsii.String("Paths"))
	a.shape.permissions = constructs.NewConstruct(a, jsii.String("Permissions"))
}

// ownAuthorizer is the API's authorizer as awscdk's methods take it.
type ownAuthorizer struct{ api *restApi }

func (o *ownAuthorizer) AuthorizationType() awsapigateway.AuthorizationType {
	return awsapigateway.AuthorizationType_CUSTOM
}

func (o *ownAuthorizer) AuthorizerId() *string {
	return awscdk.Lazy_String(&lateText{produce: func() *string { return o.api.authorizerID() }}, nil)
}

func (a *restApi) Handle(pattern string, rule access.Rule, backend Backend) {
	a.shape.handle(nil, pattern, rule, backend, app.Here())
}

func (a *restApi) Group(prefix string, rule access.Rule) Group {
	return a.shape.group(nil, prefix, rule, app.Here())
}

func (a *restApi) Api() awsapigateway.RestApi             { return a.owned }
func (a *restApi) AuthorizerFunction() awslambda.Function { return a.shape.authorizer.function }
func (a *restApi) AuditLog() awslogs.LogGroup             { return a.shape.authorizer.log }
func (a *restApi) AccessLog() awslogs.LogGroup            { return a.shape.accessLog }

func (a *restApi) Url() *string {
	if a.url != nil {
		return a.url
	}
	return jsii.String(*endpoint(a, a.api.RestApiId()) + "/" + a.shape.props.stageName(defaultRestStage))
}

func (a *restApi) core() *core  { return a.shape }
func (a *restApi) word() string { return "REST API" }

// apiID and authorizerID are asked for with every method: awscdk is asked once.
func (a *restApi) apiID() *string        { return once(&a.knownID, a.api.RestApiId) }
func (a *restApi) authorizerID() *string { return once(&a.knownAuthorizer, a.element.Ref) }

// restIdentitySources are the cache key: the token and the method that the
// gateway matched, so that an answer never serves another method.
var restIdentitySources = []string{"method.request.header.Authorization", "context.httpMethod", "context.resourcePath"}

// restPathSource joins them where a backend reads the path.
const restPathSource = "context.path"

func (a *restApi) identitySource() string {
	sources := restIdentitySources
	if a.shape.pathInKey {
		sources = append(sources[:3:3], restPathSource)
	}
	return strings.Join(sources, ",")
}

func (a *restApi) fileByPath() { a.element.SetIdentitySource(jsii.String(a.identitySource())) }

func (a *restApi) addAuthorizer(scope constructs.Construct, uri *string) {
	a.uri = uri
	a.element = awsapigateway.NewCfnAuthorizer(scope, jsii.String(restID), &awsapigateway.CfnAuthorizerProps{
		RestApiId:                    a.apiID(),
		Name:                         jsii.String(a.shape.authorizerName()),
		Type:                         jsii.String("REQUEST"),
		AuthorizerUri:                uri,
		IdentitySource:               jsii.String(a.identitySource()),
		AuthorizerResultTtlInSeconds: jsii.Number(a.shape.props.cacheSeconds()),
	})
}

// cfnApi returns the API's own resource.
func (a *restApi) cfnApi() awsapigateway.CfnRestApi {
	return a.owned.Node().DefaultChild().(awsapigateway.CfnRestApi)
}

// cfnStage returns the API's only stage.
func (a *restApi) cfnStage() awsapigateway.CfnStage {
	return a.owned.DeploymentStage().Node().DefaultChild().(awsapigateway.CfnStage)
}

func (a *restApi) cfnDeployment() awsapigateway.CfnDeployment {
	return a.deployment.Node().DefaultChild().(awsapigateway.CfnDeployment)
}

func (a *restApi) marked() awscdk.CfnResource {
	if a.owned == nil {
		return a.element
	}
	return a.cfnApi()
}

// finish makes API Gateway take a new snapshot whenever a rule or the
// authorizer changed: a deployment that exists would keep the old ones.
func (a *restApi) finish(table *access.Table) {
	a.deployment.AddToLogicalId(map[string]any{
		"table": table.Digest(), "uri": a.uri, "sources": a.identitySource(), "ttl": a.shape.props.cacheSeconds(),
	})
	if a.owned == nil {
		a.finishAdopted()
	}
}
