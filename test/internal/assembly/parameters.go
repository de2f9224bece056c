package assembly

// name names a parameter of Systems Manager as CloudFormation does one that has no
// name: without a slash. The local cloud begins it with one, so that the ARNs that
// awscdk writes into policies, of names without slashes, are those of nothing.
func name(id string, properties object) (change string) {
	if properties["Name"] != nil {
		return ""
	}
	properties["Name"] = object{"Fn::Join": []any{"-", []any{"CFN", object{"Ref": "AWS::StackName"}, id}}}
	return "has a name without slashes"
}
