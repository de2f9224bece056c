package judge

// Violation is one opening.
type Violation struct {
	// Rule is its stable id.
	Rule        string
	Description string
	Fix         string
	Template    string
	// LogicalID is the resource's, or "-" where there is none.
	LogicalID string
	// Location is the path of the offending property.
	Location string
}

// The ids of violations.
const (
	UndeclaredRoute = "UndeclaredRoute"
	ChangedRoute    = "ChangedRoute"
	ChangedResource = "ChangedResource"
	MissingResource = "MissingResource"
	OpenEndpoint    = "OpenEndpoint"
	NotCompiled     = "NotCompiled"
	Transform       = "Transform"
)

// Rules are the ids of all violations.
func Rules() []string {
	return []string{UndeclaredRoute, ChangedRoute, ChangedResource, MissingResource, OpenEndpoint, NotCompiled, Transform}
}

// Types of resources that are judged by more than their properties.
const (
	routeType      = "AWS::ApiGatewayV2::Route"
	restApiType    = "AWS::ApiGateway::RestApi"
	methodType     = "AWS::ApiGateway::Method"
	deploymentType = "AWS::ApiGateway::Deployment"
	httpStageType  = "AWS::ApiGatewayV2::Stage"
	stageType      = "AWS::ApiGateway::Stage"
	responseType   = "AWS::ApiGateway::GatewayResponse"
	secretType     = "AWS::SecretsManager::Secret"
)

// mappings are the resources that lead a custom domain to an API.
var mappings = []string{"AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::RoutingRule", "AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::BasePathMappingV2"}

// opening are the properties that open an API and may be there only when they
// were declared: they bring routes from elsewhere, let older ones serve a share
// of the requests, or move a stage to a deployment that waits for nothing.
var opening = map[string][]string{
	restApiType:    {"Body", "BodyS3Location", "CloneFrom", "Parameters"},
	deploymentType: {"DeploymentCanarySettings", "StageDescription", "StageName"},
	stageType:      {"CanarySetting"},
}
