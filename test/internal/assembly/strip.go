package assembly

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// refused are the resource types that the local cloud does not know, of those
// that an API's stack may have. It refuses a template that has one.
var refused = []string{
	"AWS::ApiGateway::BasePathMappingV2",
	"AWS::ApiGateway::ClientCertificate",
	"AWS::ApiGateway::DomainNameV2",
	"AWS::ApiGateway::VpcLink",
	"AWS::ApiGatewayV2::Deployment",
	"AWS::ApiGatewayV2::VpcLink",
	"AWS::CloudWatch::CompositeAlarm",
	"AWS::Cognito::LogDeliveryConfiguration",
	"AWS::Cognito::ManagedLoginBranding",
	"AWS::Cognito::UserPoolIdentityProvider",
	"AWS::Cognito::UserPoolRiskConfigurationAttachment",
	"AWS::Cognito::UserPoolUICustomizationAttachment",
	"AWS::Cognito::UserPoolUser",
	"AWS::Cognito::UserPoolUserToGroupAttachment",
	"AWS::EC2::EIP",
	"AWS::EC2::NatGateway",
	"AWS::EC2::SecurityGroupEgress",
	"AWS::EC2::SecurityGroupIngress",
	"AWS::Lambda::CodeSigningConfig",
	"AWS::Logs::QueryDefinition",
	"AWS::SecretsManager::ResourcePolicy",
	"AWS::SecretsManager::RotationSchedule",
	"AWS::WAFv2::LoggingConfiguration",
	"AWS::WAFv2::WebACLAssociation",
	"AWS::XRay::Group",
	"AWS::XRay::ResourcePolicy",
	"AWS::XRay::SamplingRule",
}

// isRefused reports whether the local cloud refuses a resource: for its type,
// or an alarm for its metric math.
func isRefused(resource object) bool {
	kind, _ := resource["Type"].(string)
	if kind == "AWS::CloudWatch::Alarm" {
		properties, _ := resource["Properties"].(object)
		return properties["Metrics"] != nil
	}
	return slices.Contains(refused, kind)
}

// strip takes out of a template what the local cloud refuses, and whatever
// refers to that. Who only waits for it stays. It returns a line for each.
func strip(template, resources object) (changes []string) {
	gone := map[string]bool{}
	for id, value := range resources {
		if resource, ok := value.(object); ok && isRefused(resource) {
			gone[id] = true
		}
	}
	if len(gone) == 0 {
		return nil
	}
	for before := 0; before != len(gone); {
		before = len(gone)
		for id, value := range resources {
			if refers(withoutDependsOn(value), gone) {
				gone[id] = true
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(gone)) {
		resource, _ := resources[id].(object)
		changes = append(changes, fmt.Sprintf("%s is taken out (%v)", id, resource["Type"]))
		delete(resources, id)
	}
	for _, value := range resources {
		forget(value, gone)
	}
	outputs, _ := template["Outputs"].(object)
	for _, name := range sortedKeys(outputs) {
		if refers(outputs[name], gone) {
			changes = append(changes, fmt.Sprintf("output %s is taken out", name))
			delete(outputs, name)
		}
	}
	return changes
}

// refers reports whether a part of a template has a reference to one of the
// resources: Ref, Fn::GetAtt or Fn::Sub.
func refers(value any, to map[string]bool) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, func(element any) bool { return refers(element, to) })
	case object:
		for name, member := range value {
			switch name {
			case "Ref":
				if id, _ := member.(string); to[id] {
					return true
				}
			case "Fn::GetAtt":
				if path, ok := member.([]any); ok && len(path) > 0 {
					member = path[0]
				}
				text, _ := member.(string)
				id, _, _ := strings.Cut(text, ".")
				if to[id] {
					return true
				}
			case "Fn::Sub":
				text, _ := member.(string)
				if parts, ok := member.([]any); ok && len(parts) > 0 {
					text, _ = parts[0].(string)
				}
				for id := range to {
					if strings.Contains(text, "${"+id+"}") || strings.Contains(text, "${"+id+".") {
						return true
					}
				}
			}
			if refers(member, to) {
				return true
			}
		}
	}
	return false
}

func withoutDependsOn(value any) any {
	resource, ok := value.(object)
	if !ok {
		return value
	}
	resource = maps.Clone(resource)
	delete(resource, "DependsOn")
	return resource
}

// forget takes the resources out of a resource's DependsOn.
func forget(value any, gone map[string]bool) {
	resource, _ := value.(object)
	switch waits := resource["DependsOn"].(type) {
	case string:
		if gone[waits] {
			delete(resource, "DependsOn")
		}
	case []any:
		resource["DependsOn"] = slices.DeleteFunc(waits, func(id any) bool {
			text, _ := id.(string)
			return gone[text]
		})
	}
}

func sortedKeys(o object) []string { return slices.Sorted(maps.Keys(o)) }
