package dev.sallyport.demo.directory;

import static dev.sallyport.demo.directory.Attribute.bool;
import static dev.sallyport.demo.directory.Attribute.complex;
import static dev.sallyport.demo.directory.Attribute.dateTime;
import static dev.sallyport.demo.directory.Attribute.reference;
import static dev.sallyport.demo.directory.Attribute.string;

import java.util.List;

/** The attributes the directory knows (RFC 7643 §3.1, §4). */
final class Schemas {
    private Schemas() {}

    static final List<Attribute> COMMON = List.of(
            reference("schemas").many().fixed().shownAlways(),
            string("id").exact().single().fixed().shownAlways(),
            string("externalId").exact(),
            complex(
                            "meta",
                            string("resourceType").exact(),
                            dateTime("created"),
                            dateTime("lastModified"),
                            reference("location"),
                            string("version").exact())
                    .fixed());

    static final List<Attribute> USER = List.of(
            string("userName").need().single(),
            complex("name", string("formatted"), string("familyName"), string("givenName")),
            string("displayName"),
            string("title"),
            bool("active"),
            complex("emails", string("value"), string("type"), bool("primary")).many(),
            complex("groups", string("value").exact(), reference("$ref"), string("display"))
                    .many()
                    .fixed());

    static final List<Attribute> ENTERPRISE = List.of(
            string("employeeNumber"),
            string("organization"),
            string("division"),
            string("department"),
            complex("manager", string("value").exact(), string("displayName")));

    static final List<Attribute> GROUP = List.of(
            string("displayName").need(),
            complex("members", string("value").need().exact(), reference("$ref"), string("type"))
                    .many());
}
