package gateway

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// ExistingRestApiProps are [ExistingProps] for a REST API.
type ExistingRestApiProps struct {
	ExistingProps
	// StageName is the stage that is deployed with the new routes. Required: a
	// REST API serves what was last deployed to a stage.
	StageName string
	// Below is the resource of the API that the routes hang on, such as one for
	// "/orders" that exists already. Default: the root. Routes are written with
	// their whole path; a resource that exists and lies between cannot be made
	// again.
	Below awsapigateway.IResource
}

// RestApi_FromExisting adds methods to a REST API that another stack or another
// app made, or one that was made without Scopeway, and deploys them to one of
// its stages:
//
//	awsapigateway.RestApi_FromRestApiAttributes(stack, jsii.String("Theirs"), …)
//
// What can and cannot be said of such an API stands at [HttpApi_FromExisting].
// The methods are made here, in this stack, without the defaults that the API
// has for its own.
//
// Routes that are added to one stage of one API in one stack share a deployment:
// the API's own, if that stack made the API and its stage. Across stacks nothing
// waits for another: each deployment takes the API as it is at that moment to
// the stage. So such stacks have to be deployed one after the other, and those
// that add routes after the one that has the stage.
func RestApi_FromExisting(scope constructs.Construct, id string, api awsapigateway.IRestApi, props *ExistingRestApiProps) Api {
	if props == nil {
		props = &ExistingRestApiProps{}
	}
	a := newRestApi(props.props(), app.Here())
	a.shape.adopt(&props.ExistingProps)
	constructs.NewConstruct_Override(a, scope, jsii.String(id))
	a.shape.construct = a
	a.shape.noApi = api == nil
	a.stage = props.StageName
	a.rebuild(api, props.Below)
	a.deployment = a.deploymentFor(api)
	a.addRest()
	a.shape.register()
	return a
}

// noID is the id of what does not exist. That is reported; it keeps the rest of
// the app going.
const noID = "none"

// rebuild makes the API anew from its ids: through the given construct, methods
// would be made in the scope of its owner, with the owner's defaults.
func (a *restApi) rebuild(theirs awsapigateway.IRestApi, below awsapigateway.IResource) {
	problem := func(id, format string, args ...any) {
		a.shape.problems = append(a.shape.problems, a.shape.problem(id, format, args...))
	}
	apiID, rootID := noID, noID
	if theirs != nil {
		apiID = *theirs.RestApiId()
		rootID = rootOf(theirs)
		if below == nil && rootID == noID {
			problem("NoRootResource", "the root of the API is not known, import it with awsapigateway.RestApi_FromRestApiAttributes and its RootResourceId, or write Below")
		}
	}
	if below != nil && theirs != nil && !a.isSame(apiID, *below.Api().RestApiId()) {
		problem("OtherResource", "the resource in Below is part of another API (%q), write one of the API that is given", *below.Api().Node().Path())
		below = nil
	}
	path := "/"
	if below != nil {
		path = *below.Path()
		if _, err := access.ParseRoute("GET " + path); err != nil || trust.Unresolved(path) {
			problem("ResourcePath", "the path of the resource in Below is not one, got %q, write it with a slash at the beginning and none at the end, such as %q", path, "/orders")
			below, path = nil, "/"
		}
	}
	if below != nil && path == "/" {
		rootID = *below.ResourceId()
	}
	a.api = awsapigateway.RestApi_FromRestApiAttributes(a, jsii.String("Api"), &awsapigateway.RestApiAttributes{RestApiId: jsii.String(apiID), RootResourceId: jsii.String(rootID)})
	a.below = a.api.Root()
	if path != "/" {
		a.belowPath = path
		a.below = awsapigateway.Resource_FromResourceAttributes(a, jsii.String("Below"), &awsapigateway.ResourceAttributes{Path: jsii.String(path), ResourceId: below.ResourceId(), RestApi: a.api})
	}
	a.resources[path] = a.below
	a.origin = below
	if below == nil && theirs != nil && rootID != noID {
		a.origin = theirs.Root()
	}
}

// rootOf returns the id of an API's root. awscdk panics where it was imported
// without.
func rootOf(api awsapigateway.IRestApi) (id string) {
	defer func() {
		if recover() != nil {
			id = noID
		}
	}()
	return *api.RestApiRootResourceId()
}

// isSame reports whether two ids, which may be tokens, are one.
func (a *restApi) isSame(id, other string) bool {
	return id == other || spelledID(a, id) == spelledID(a, other)
}

func (a *restApi) importer() string { return "awsapigateway.RestApi_FromRestApiAttributes" }

// stageOfApi is a stage that a stack deploys to.
type stageOfApi struct{ stack, api, stage string }

// deploymentFor returns what takes the methods to the stage: the owner's own
// deployment, if that is in this stack and for this stage; or one for all that
// is added to the stage in this stack.
func (a *restApi) deploymentFor(theirs awsapigateway.IRestApi) awsapigateway.Deployment {
	stack := awscdk.Stack_Of(a)
	api := a.api
	if theirs != nil && *awscdk.Stack_Of(theirs).Node().Path() == *stack.Node().Path() {
		_, a.neighbour = theirs.Node().DefaultChild().(awsapigateway.CfnRestApi)
	}
	if a.neighbour {
		if latest := theirs.LatestDeployment(); latest != nil {
			stage, ok := theirs.DeploymentStage().Node().DefaultChild().(awsapigateway.CfnStage)
			if ok && stage.StageName() != nil && *stage.StageName() == a.stage {
				a.joined = true
				return latest
			}
		}
		api = theirs // so that the deployment waits for its methods
	}
	first := app.Of(a).Owner(stageOfApi{*stack.Node().Path(), a.shape.name(), a.stage}, a).(*restApi)
	if first != a {
		return first.deployment
	}
	return awsapigateway.NewDeployment(a, jsii.String("Deployment"), &awsapigateway.DeploymentProps{
		Api:               api,
		StageName:         optional(a.stage),
		RetainDeployments: jsii.Bool(true),
	})
}

// finishAdopted makes API Gateway take a new snapshot whenever a method changed,
// which awscdk does for the methods of an API of its own only.
func (a *restApi) finishAdopted() {
	var all []any
	for _, path := range a.order {
		r := a.resources[path].Node().DefaultChild().(awsapigateway.CfnResource)
		all = append(all, []any{r.Ref(), r.ParentId(), r.PathPart()})
	}
	for _, m := range a.made {
		r := m.resource
		all = append(all, []any{
			m.key, m.public, r.ResourceId(), r.Integration(), r.RequestParameters(), r.MethodResponses(), r.RequestModels(),
			r.RequestValidatorId(), r.ApiKeyRequired(), r.OperationName(),
		})
	}
	sum := sha256.Sum256([]byte(rendered(a, all)))
	a.deployment.AddToLogicalId(map[string]any{"methods of": a.Node().Path(), "are": hex.EncodeToString(sum[:])})
	if a.neighbour && !a.joined {
		a.waitForStage()
	}
}

// waitForStage lets the deployment wait for the stage, if that is made in the
// same stack: a deployment makes a stage that is not there, and whoever makes it
// afterwards fails.
func (a *restApi) waitForStage() {
	for _, c := range *awscdk.Stack_Of(a).Node().FindAll(constructs.ConstructOrder_PREORDER) {
		stage, ok := c.(awsapigateway.CfnStage)
		if ok && stage.StageName() != nil && *stage.StageName() == a.stage && a.isSame(*stage.RestApiId(), *a.api.RestApiId()) {
			a.cfnDeployment().AddResourceDependency(stage, nil)
		}
	}
}
