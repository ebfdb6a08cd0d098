"""OpenAI-compatible chat endpoints; needs the extra `integrations` (httpx)."""

from searchvl_gym.endpoint.client import Endpoint
from searchvl_gym.endpoint.errors import EndpointError, RequestTooLong
from searchvl_gym.endpoint.messages import Message, NativeCall, Reply, data_url, user_message
from searchvl_gym.endpoint.settings import EndpointSettings
from searchvl_gym.endpoint.summariser import EndpointSummariser

__all__ = [
    "Endpoint",
    "EndpointError",
    "EndpointSettings",
    "EndpointSummariser",
    "Message",
    "NativeCall",
    "Reply",
    "RequestTooLong",
    "data_url",
    "user_message",
]
