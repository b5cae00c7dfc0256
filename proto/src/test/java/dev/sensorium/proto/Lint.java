package dev.sensorium.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules of buf's categories STANDARD and COMMENTS that concern files like ours, applied to descriptors. */
final class Lint {

    private static final Pattern LOWER_SNAKE = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    private static final Pattern UPPER_SNAKE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");
    private static final Pattern PASCAL = Pattern.compile("([A-Z][a-z0-9]*)+");
    private static final Pattern VERSIONED_PACKAGE = Pattern.compile("[a-z][a-z0-9]*(\\.[a-z][a-z0-9]*)*\\.v[1-9]\\d*");

    private final List<String> faults = new ArrayList<>();
    private final Set<String> requestsAndResponses = new HashSet<>();
    private final Set<List<Integer>> commented = new HashSet<>();
    private String file = "";

    /** Returns what is wrong with these files, which must be of one package; empty if nothing is. */
    static List<String> faults(List<FileDescriptorProto> files) {
        Lint lint = new Lint();
        files.forEach(lint::file);
        files.forEach(file -> lint.sameOptions(files.get(0), file));
        return lint.faults;
    }

    private void file(FileDescriptorProto proto) {
        file = proto.getName();
        commented.clear();
        for (Location location : proto.getSourceCodeInfo().getLocationList()) {
            if (!location.getLeadingComments().isBlank()) {
                commented.add(location.getPathList());
            }
        }
        String folder = file.substring(0, file.lastIndexOf('/') + 1);
        String name = file.substring(folder.length()).replaceFirst("\\.proto$", "");
        check(VERSIONED_PACKAGE, "package with a version", proto.getPackage());
        check(folder.equals(proto.getPackage().replace('.', '/') + "/"), "folder must be that of the package");
        check(LOWER_SNAKE, "file name in lower_snake_case", name);
        check(proto.getSyntax().equals("proto3"), "syntax must be proto3");
        check(proto.getPublicDependencyCount() == 0, "no public imports");
        for (int i = 0; i < proto.getMessageTypeCount(); i++) {
            message(proto.getMessageType(i), List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < proto.getEnumTypeCount(); i++) {
            enumeration(proto.getEnumType(i), List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < proto.getServiceCount(); i++) {
            service(proto, proto.getService(i), List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, i));
        }
    }

    private void sameOptions(FileDescriptorProto first, FileDescriptorProto other) {
        file = other.getName();
        check(other.getPackage().equals(first.getPackage()), "package must be that of the other files");
        check(
                other.getOptions().getJavaPackage().equals(first.getOptions().getJavaPackage())
                        && other.getOptions().getJavaMultipleFiles()
                                == first.getOptions().getJavaMultipleFiles(),
                "java_package and java_multiple_files must be those of the other files");
    }

    private void message(DescriptorProto message, List<Integer> path) {
        if (message.getOptions().getMapEntry()) {
            return; // made by the compiler
        }
        check(PASCAL, "message in PascalCase", message.getName());
        comment(message.getName(), path);
        for (int i = 0; i < message.getFieldCount(); i++) {
            FieldDescriptorProto field = message.getField(i);
            check(LOWER_SNAKE, "field in lower_snake_case", field.getName());
            comment(message.getName() + "." + field.getName(), at(path, DescriptorProto.FIELD_FIELD_NUMBER, i));
        }
        for (int i = 0;
                i < message.getOneofDeclCount() - optionals(message);
                i++) { // those of optional fields are last
            OneofDescriptorProto oneof = message.getOneofDecl(i);
            check(LOWER_SNAKE, "oneof in lower_snake_case", oneof.getName());
            comment(message.getName() + "." + oneof.getName(), at(path, DescriptorProto.ONEOF_DECL_FIELD_NUMBER, i));
        }
        for (int i = 0; i < message.getNestedTypeCount(); i++) {
            message(message.getNestedType(i), at(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < message.getEnumTypeCount(); i++) {
            enumeration(message.getEnumType(i), at(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
        }
    }

    private void enumeration(EnumDescriptorProto type, List<Integer> path) {
        String prefix = type.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
        check(PASCAL, "enum in PascalCase", type.getName());
        comment(type.getName(), path);
        check(!type.getOptions().getAllowAlias(), "enum without aliases: " + type.getName());
        check(type.getValue(0).getNumber() == 0, "first value must be 0: " + type.getName());
        for (int i = 0; i < type.getValueCount(); i++) {
            EnumValueDescriptorProto value = type.getValue(i);
            check(UPPER_SNAKE, "enum value in UPPER_SNAKE_CASE", value.getName());
            check(value.getName().startsWith(prefix), "enum value must begin with " + prefix + ": " + value.getName());
            check(
                    value.getNumber() != 0 || value.getName().endsWith("_UNSPECIFIED"),
                    "enum value 0 must end with _UNSPECIFIED: " + value.getName());
            comment(value.getName(), at(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i));
        }
    }

    private void service(FileDescriptorProto proto, ServiceDescriptorProto service, List<Integer> path) {
        check(PASCAL, "service in PascalCase", service.getName());
        check(service.getName().endsWith("Service"), "service must end with Service: " + service.getName());
        comment(service.getName(), path);
        for (int i = 0; i < service.getMethodCount(); i++) {
            MethodDescriptorProto method = service.getMethod(i);
            check(PASCAL, "method in PascalCase", method.getName());
            comment(
                    service.getName() + "." + method.getName(),
                    at(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, i));
            ofItsOwn(method.getInputType(), proto, method.getName() + "Request");
            ofItsOwn(method.getOutputType(), proto, method.getName() + "Response");
        }
    }

    private void ofItsOwn(String type, FileDescriptorProto proto, String expected) {
        check(type.equals("." + proto.getPackage() + "." + expected), "%s must be %s".formatted(type, expected));
        check(requestsAndResponses.add(type), "%s must be of one method only".formatted(type));
    }

    private void comment(String name, List<Integer> path) {
        check(commented.contains(path), "must have a comment: " + name);
    }

    private void check(Pattern pattern, String what, String name) {
        check(pattern.matcher(name).matches(), "%s: %s".formatted(what, name));
    }

    private void check(boolean holds, String expectation) {
        if (!holds) {
            faults.add(file + ": " + expectation);
        }
    }

    private static List<Integer> at(List<Integer> path, int field, int index) {
        List<Integer> longer = new ArrayList<>(path);
        longer.add(field);
        longer.add(index);
        return longer;
    }

    /** Returns how many fields are "optional": each has a oneof that nobody wrote. */
    private static long optionals(DescriptorProto message) {
        return message.getFieldList().stream()
                .filter(FieldDescriptorProto::getProto3Optional)
                .count();
    }
}
