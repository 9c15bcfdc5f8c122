package dev.sallyport.scim;

import dev.sallyport.scim.FilterExpression.And;
import dev.sallyport.scim.FilterExpression.Comparison;
import dev.sallyport.scim.FilterExpression.Not;
import dev.sallyport.scim.FilterExpression.Or;
import dev.sallyport.scim.FilterExpression.Present;
import dev.sallyport.scim.FilterExpression.ValuePath;
import java.util.List;
import java.util.stream.Stream;

/** The attributes that a filter names. */
final class FilterAttributes {
    private FilterAttributes() {}

    static List<AttributePath> of(FilterExpression filter) {
        return stream(filter).toList();
    }

    private static Stream<AttributePath> stream(FilterExpression filter) {
        if (filter instanceof And and) {
            return and.all().stream().flatMap(FilterAttributes::stream);
        }
        if (filter instanceof Or or) {
            return or.any().stream().flatMap(FilterAttributes::stream);
        }
        if (filter instanceof Not not) {
            return stream(not.negated());
        }
        if (filter instanceof Present present) {
            return Stream.of(present.path());
        }
        if (filter instanceof ValuePath path) {
            return Stream.concat(Stream.of(path.path()), stream(path.filter()));
        }
        return Stream.of(((Comparison) filter).path());
    }
}
