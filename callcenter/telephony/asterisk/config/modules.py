"""The Asterisk modules the product needs; nothing else is loaded, which is fastest and safest."""

# ruff: noqa: SIM905 - one word a module reads better than a hundred quoted strings

from __future__ import annotations

ARI = (
    "res_ari res_ari_model res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels "
    "res_ari_device_states res_ari_endpoints res_ari_events res_ari_playbacks res_ari_recordings res_ari_sounds "
    "res_http_websocket res_websocket_client res_stasis res_stasis_answer res_stasis_device_state "
    "res_stasis_playback res_stasis_recording res_stasis_snoop app_stasis"
).split()

SIP = (
    "res_pjproject res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjsip res_pjsip_session "
    "res_pjsip_sdp_rtp res_pjsip_registrar res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user "
    "res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest res_pjsip_outbound_registration "
    "res_pjsip_pubsub res_pjsip_refer res_pjsip_transport_websocket res_pjsip_nat res_pjsip_caller_id "
    "res_pjsip_diversion res_pjsip_rfc3326 res_pjsip_dtmf_info res_pjsip_dlg_options res_pjsip_header_funcs "
    "res_pjsip_acl res_pjsip_logger chan_pjsip"
).split()

MEDIA = (
    "res_timing_timerfd bridge_simple bridge_softmix bridge_holding bridge_native_rtp bridge_builtin_features "
    "codec_ulaw codec_alaw codec_a_mu codec_g722 codec_resample codec_opus_open_source codec_opus "
    "res_format_attr_opus format_pcm format_sln format_wav format_gsm codec_gsm res_crypto res_rtp_asterisk res_srtp "
    "res_rtp_multicast chan_rtp chan_websocket chan_audiosocket res_audiosocket app_audiosocket res_musiconhold "
    "chan_bridge_media res_mutestream"
).split()

DIALPLAN = (
    "pbx_config app_playback app_echo app_amd func_timeout func_env func_callerid func_channel func_hangupcause "
    "func_talkdetect func_volume func_pjsip_endpoint func_pjsip_contact func_pjsip_aor"
).split()

OBSERVED = ["res_prometheus"]

QUEUE_PEER = (
    "app_queue app_mixmonitor app_dial app_stack func_cdr func_devstate func_strings func_logic app_verbose"
).split()

# Either name serves: builds ship one of the two Opus transcoders, and some parts came with later releases.
OPTIONAL = frozenset(
    "codec_opus codec_opus_open_source codec_gsm codec_a_mu chan_websocket res_websocket_client "
    "chan_audiosocket app_audiosocket res_audiosocket res_prometheus func_talkdetect res_pjsip_logger".split()
)


def wanted(*, load_app_queue: bool) -> list[str]:
    """The modules to load, without ``.so``; Asterisk itself finds the right order."""
    chosen = [*MEDIA, *SIP, *ARI, *DIALPLAN, *OBSERVED]
    return chosen + QUEUE_PEER if load_app_queue else chosen


def missing(present: frozenset[str], *, load_app_queue: bool = False) -> list[str]:
    """Modules we cannot do without that an install lacks."""
    return [name for name in wanted(load_app_queue=load_app_queue) if name not in present and name not in OPTIONAL]
