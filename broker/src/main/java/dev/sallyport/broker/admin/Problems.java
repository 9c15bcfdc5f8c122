package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Kind;
import dev.sallyport.broker.application.ApplicationSecrets.SecretRefused;
import dev.sallyport.broker.bulk.BadFile;
import dev.sallyport.broker.bulk.ImportRefused;
import dev.sallyport.broker.keys.KeyChanges.SuccessorWaits;
import dev.sallyport.broker.token.KeyRefused;
import dev.sallyport.broker.web.Removed;
import dev.sallyport.database.Database;
import dev.sallyport.database.DatabaseUnavailable;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.roles.Violation;
import dev.sallyport.scim.directory.InvalidDirectory;
import dev.sallyport.scim.push.TooManyTokens;
import dev.sallyport.scim.run.SyncRefused;
import dev.sallyport.tenant.TenantRegistry.SlugTaken;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.connection.ConnectionInUse;
import dev.sallyport.tenant.connection.ConnectionKeys.KeyConflict;
import dev.sallyport.tenant.connection.ConnectionRefused;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import dev.sallyport.tenant.connection.SubjectFixed;
import dev.sallyport.tenant.connection.TooManyChecks;
import dev.sallyport.tenant.domain.DomainRefused;
import dev.sallyport.tenant.mapping.MappingRefused;
import dev.sallyport.tenant.routing.RoutingRefused;
import dev.sallyport.tenant.setup.SetupLinkRefused;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures of the admin API become answers. Each typed failure has its problem; what has none is a bug of ours and
 * answers 500 with a number to look up, nothing else.
 */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final int PATIENCE_SECONDS = 2;

    private Problems() {}

    /** Answers a failed request. */
    static void send(RoutingContext context, Throwable failure) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten() || response.closed()) {
            return;
        }
        // What is left of a body that nobody wants must still pass, or the connection could not be used again.
        context.request().resume();
        Problem problem = of(failure);
        problem.retryAfter().ifPresent(seconds -> response.putHeader("Retry-After", String.valueOf(seconds)));
        response.setStatusCode(problem.kind().status())
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Cache-Control", "no-store")
                .end(problem.json().toBuffer());
    }

    /** The problem that a failure is. */
    static Problem of(Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (failure instanceof HttpException http) {
            return Problem.ofStatus(http.getStatusCode());
        }
        if (failure instanceof DatabaseUnavailable) {
            return new Problem(Kind.UNAVAILABLE, "The database does not answer.", List.of(), PATIENCE_SECONDS);
        }
        if (failure instanceof VersionChanged) {
            return new Problem(Kind.PRECONDITION_FAILED, "It has changed since the ETag in If-Match; read it again.");
        }
        if (Removed.meanwhile(failure)) {
            return Problem.conflict("Something that this names was removed meanwhile.");
        }
        Problem known = refusal(failure);
        return known == null ? internal(failure) : known;
    }

    private static Problem refusal(Throwable failure) {
        if (failure instanceof SlugTaken) {
            return new Problem(
                    Kind.CONFLICT,
                    "Another tenant has this slug.",
                    List.of(Problem.Field.body("#/slug", "is taken")),
                    0);
        }
        if (failure instanceof TooManyChecks many) {
            return Problem.rateLimited(many.seconds());
        }
        if (failure instanceof ConnectionRefused refused) {
            return connection(refused);
        }
        if (failure instanceof SubjectFixed) {
            return new Problem(
                    Kind.CONFLICT,
                    failure.getMessage(),
                    List.of(Problem.Field.body("#/claims/subject", "is fixed since the connection went live")),
                    0);
        }
        if (failure instanceof ConnectionInUse || failure instanceof KeyConflict) {
            return Problem.conflict(failure.getMessage());
        }
        if (failure instanceof IssuerMismatch) {
            return Problem.unprocessable("#/issuer", "The provider at this address names itself differently.");
        }
        if (failure instanceof MappingRefused refused) {
            return mapping(refused);
        }
        if (failure instanceof RoutingRefused refused) {
            return Problem.of(Kind.UNPROCESSABLE, refused.violations().get(0).message(), refused.violations());
        }
        if (failure instanceof DomainRefused refused) {
            Kind kind = refused.reason() == DomainRefused.Reason.TAKEN ? Kind.CONFLICT : Kind.UNPROCESSABLE;
            return Problem.of(kind, refused.getMessage(), List.of(new Violation("domain", refused.getMessage())));
        }
        if (failure instanceof SetupLinkRefused refused) {
            return Problem.of(Kind.UNPROCESSABLE, refused.getMessage(), List.of(refused.violation()));
        }
        if (failure instanceof BadFile file) {
            return new Problem(
                    file.isTooLarge() ? Kind.TOO_LARGE : Kind.VALIDATION,
                    "The file cannot be read as a list of people.",
                    List.of(Problem.Field.body("#", file.getMessage())),
                    0);
        }
        if (failure instanceof ImportRefused refused) {
            Kind kind = refused.reason() == ImportRefused.Reason.NOT_PENDING ? Kind.CONFLICT : Kind.FORBIDDEN;
            return Problem.of(kind, refused.getMessage(), refused.violations());
        }
        if (failure instanceof KeyRefused refused) {
            return apiKey(refused);
        }
        return directory(failure);
    }

    private static Problem apiKey(KeyRefused refused) {
        return switch (refused.reason()) {
            case OWNER_OFF -> Problem.unprocessable("#/user", refused.getMessage());
            case TOO_MANY, NOT_LIVE -> Problem.conflict(refused.getMessage());
            case BEYOND_OWNER, WIDER -> Problem.unprocessable("#/scopes", refused.getMessage());
            case LATER -> Problem.unprocessable("#/expires_in", refused.getMessage());
        };
    }

    private static Problem directory(Throwable failure) {
        if (failure instanceof InvalidDirectory invalid) {
            return Problem.of(
                    Kind.UNPROCESSABLE,
                    invalid.field() + " " + invalid.getMessage(),
                    List.of(new Violation(invalid.field(), invalid.getMessage())));
        }
        if (failure instanceof OutboundRefused) {
            return new Problem(Kind.BLOCKED_ADDRESS, "This address may not be called.");
        }
        if (failure instanceof SyncRefused refused) {
            return switch (refused.reason()) {
                case NO_SUCH_RUN -> Problem.notFound();
                case NO_DIRECTORY -> Problem.conflict("The tenant has no directory, or it is switched off.");
                case RUN_UNDER_WAY -> Problem.conflict("Another run is under way.");
                case NOT_HELD -> Problem.conflict("The run holds nothing back.");
            };
        }
        if (failure instanceof SecretRefused || failure instanceof TooManyTokens || failure instanceof SuccessorWaits) {
            return Problem.conflict(failure.getMessage());
        }
        if (Database.violates(failure, "users_user_name")) {
            return Problem.conflict("Somebody else has this user name now.");
        }
        return null;
    }

    private static Problem connection(ConnectionRefused refused) {
        return refused.isBlockedAddress()
                ? Problem.of(Kind.BLOCKED_ADDRESS, "This address may not be called.", refused.violations())
                : Problem.of(Kind.UNPROCESSABLE, "The connection cannot be like this.", refused.violations());
    }

    private static Problem mapping(MappingRefused refused) {
        return switch (refused.kind()) {
            case INVALID -> Problem.of(Kind.UNPROCESSABLE, sentence(refused), refused.violations());
            case IN_USE, LAST_ADMIN -> Problem.of(Kind.CONFLICT, sentence(refused), refused.violations());
        };
    }

    private static String sentence(MappingRefused refused) {
        return refused.violations().isEmpty()
                ? "This cannot be done."
                : refused.violations().get(0).message();
    }

    private static Problem internal(Throwable failure) {
        String number = UUID.randomUUID().toString();
        LOG.error("admin request failed, correlation id {}", number, failure);
        return new Problem(Kind.INTERNAL, "Something broke here; correlation id " + number + ".");
    }
}
