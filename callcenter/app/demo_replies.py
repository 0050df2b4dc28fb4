"""Prepared replies of the demo bank's chats."""

from __future__ import annotations

from callcenter.domain.config import CannedReply

CANNED_REPLIES = (
    CannedReply(
        "greeting",
        {"zh": "问候", "en": "Greeting"},
        {
            "zh": "{customer}您好，我是{queue}客服{agent}，请问有什么可以帮您？",
            "en": "Hello {customer}, this is {agent} of {queue}. How can I help you?",
        },
    ),
    CannedReply(
        "moment",
        {"zh": "请稍等", "en": "One moment"},
        {
            "zh": "请您稍等，我正在为您查询，大约需要两分钟。",
            "en": "One moment please, I am looking into it. It takes about two minutes.",
        },
    ),
    CannedReply(
        "no_secrets",
        {"zh": "请勿发送密码", "en": "No passwords please"},
        {
            "zh": "为保障您的资金安全，请不要在聊天中发送密码、短信验证码或完整卡号，我们也不会向您索要。",
            "en": "For your safety, please never write passwords, codes or whole card numbers here. We never ask.",
        },
    ),
    CannedReply(
        "card_loss",
        {"zh": "挂失办理", "en": "Lost card"},
        {
            "zh": "{customer}，卡片挂失后立即生效。补卡请携带有效身份证件到任一网点办理，也可在手机银行申请邮寄。",
            "en": "{customer}, the card is blocked at once. For a new one, bring your ID to a branch or use the app.",
        },
        ("credit_card", "card_loss"),
    ),
    CannedReply(
        "farewell",
        {"zh": "结束语", "en": "Farewell"},
        {
            "zh": "感谢您的咨询，如还有问题欢迎随时联系我们。稍后请为本次服务评价，祝您生活愉快！",
            "en": "Thank you for writing to us. You will be asked for a rating in a moment. Have a good day!",
        },
    ),
)
