"""Whether this process answers and reaches its database: for health checks, and for nobody else."""

from fastapi import APIRouter, Response

from app.web.deps import StoresDep

router = APIRouter()


@router.get("/healthz", include_in_schema=False)
def healthz(stores: StoresDep) -> Response:
    """200 with "ok" when the database answers; where it does not, the refusal of any page (503)."""
    stores.ask()
    return Response("ok", media_type="text/plain")
